/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "storyteller/sg-play.h"

G_BEGIN_DECLS

typedef enum
{
  SG_REACTED_NO,
  SG_REACTED_DONE,
  SG_REACTED_GO_ON,        /* the ordinary outcome follows, told or not */
  SG_REACTED_GO_ON_SILENT, /* ... and was told already */
} SgReacted;

/* sg-play.c: telling */
void         sg_play_tell          (SgPlay         *self,
                                    const char     *text);
void         sg_play_tell_node     (SgPlay         *self,
                                    JsonNode       *text);
void         sg_play_say           (SgPlay         *self,
                                    const char     *phrase);
void         sg_play_tell_inline   (SgPlay         *self,
                                    const char     *text);
void         sg_play_set_vars      (SgPlay         *self,
                                    const char     *name,
                                    const char     *id);
void         sg_play_mention       (SgPlay         *self,
                                    const char     *id);

/* sg-play-effects.c */
void         sg_play_apply         (SgPlay         *self,
                                    JsonNode       *effects);
void         sg_play_set_goal      (SgPlay         *self,
                                    const char     *goal,
                                    const char     *state);
void         sg_play_advance       (SgPlay         *self,
                                    const char     *clock,
                                    gint64          by);
void         sg_play_visit         (SgPlay         *self,
                                    const char     *place);

/* sg-play-reactions.c */
SgReacted    sg_play_react         (SgPlay         *self,
                                    JsonNode       *reaction,
                                    const char     *key);
SgReacted    sg_play_on            (SgPlay         *self,
                                    const char     *verb,
                                    const char     *object,
                                    const char     *second);
gboolean     sg_play_has_on        (SgPlay         *self,
                                    const char     *verb,
                                    const char     *object,
                                    const char     *second);

/* sg-play-oracle.c */
SgReacted    sg_play_check         (SgPlay         *self,
                                    JsonObject     *check,
                                    JsonObject     *outcomes,
                                    const char     *key);
JsonObject  *sg_play_get_check     (SgPlay         *self,
                                    JsonNode       *check);
gboolean     sg_play_oracle        (SgPlay         *self,
                                    const char     *words,
                                    gboolean        only_named);

/* sg-play-turn.c */
void         sg_play_pass_time     (SgPlay         *self);
void         sg_play_finish        (SgPlay         *self);

/* sg-play-describe.c */
void         sg_play_describe_place (SgPlay        *self,
                                     gboolean       again);
void         sg_play_describe      (SgPlay         *self,
                                    const SgEntity *entity);
char        *sg_play_dup_list      (SgPlay         *self,
                                    GPtrArray      *entities,
                                    SgNameForm      form) G_GNUC_WARN_UNUSED_RESULT;
char        *sg_play_dup_exits     (SgPlay         *self) G_GNUC_WARN_UNUSED_RESULT;
char        *sg_exit_dup_name      (SgPlay         *self,
                                    const char     *key,
                                    JsonNode       *exit) G_GNUC_WARN_UNUSED_RESULT;

/* sg-play-move.c */
gboolean     sg_play_go            (SgPlay         *self,
                                    SgCommand      *command);
void         sg_play_enter         (SgPlay         *self,
                                    const char     *place);

/* sg-play-talk.c */
gboolean     sg_play_talk          (SgPlay         *self,
                                    SgCommand      *command);
gboolean     sg_play_names_person  (const char     *words,
                                    gpointer        user_data);
gboolean     sg_play_can_talk      (SgPlay         *self,
                                    const char     *person);
gboolean     sg_play_topic_is_open (SgPlay         *self,
                                    const SgEntity *person,
                                    const char     *topic,
                                    JsonNode       *node);
char        *sg_play_dup_topic_name (SgPlay        *self,
                                     const char    *topic,
                                     JsonNode      *node) G_GNUC_WARN_UNUSED_RESULT;

/* sg-play-things.c and its neighbours: the ordinary outcomes; FALSE where there is none. */
gboolean     sg_play_do_thing      (SgPlay         *self,
                                    const char     *verb,
                                    const SgEntity *thing,
                                    const SgEntity *second,
                                    const char     *preposition,
                                    gboolean        silent);
gboolean     sg_play_do_plain      (SgPlay         *self,
                                    const char     *verb);

/* sg-play-meta.c: questions to the storyteller, which take no time. */
gboolean     sg_play_do_meta       (SgPlay         *self,
                                    SgCommand      *command);

/* sg-play-fortune.c */
gboolean     sg_play_fortune       (SgPlay         *self,
                                    SgCommand      *command);

/* sg-play-commands.c */
void         sg_play_command       (SgPlay         *self,
                                    SgCommand      *command);

/* sg-play-phrases.c */
gboolean     sg_play_try_actions   (SgPlay         *self,
                                    const char     *text);

/* sg-play-wording.c */
char        *sg_play_dup_wording   (SgPlay         *self,
                                    const char     *words) G_GNUC_WARN_UNUSED_RESULT;

/* sg-play-adjust.c */
void         sg_play_ask_which     (SgPlay         *self,
                                    SgCommand      *command,
                                    SgTarget       *target);
void         sg_play_join_pending  (SgPlay         *self,
                                    SgCommand      *command);
void         sg_play_settle_guess  (SgPlay         *self,
                                    SgCommand      *command);
const char  *sg_play_settle_it     (SgPlay         *self,
                                    const char     *verb,
                                    const char     *noun);
void         sg_play_split_recipient (SgPlay       *self,
                                      SgCommand    *command);
void         sg_play_rejoin_object (SgPlay         *self,
                                    SgCommand      *command);
void         sg_play_find_company  (SgPlay         *self,
                                    SgCommand      *command);
void         sg_play_find_deity    (SgPlay         *self,
                                    SgCommand      *command);

/* sg-play-choices.c */
void         sg_play_offer         (SgPlay         *self);

/* sg-phrases.c */
JsonObject  *sg_phrases_get        (void);

static inline const SgEntity *
sg_play_lookup (SgPlay     *self,
                const char *id)
{
  return sg_scenario_lookup (self->scenario, id);
}

G_END_DECLS
