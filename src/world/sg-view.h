/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-scenario-data.h"

G_BEGIN_DECLS

/* A scenario looked at in one state of its world: whether a condition holds, what a text says, who and
 * what is with the player.  It only reads the world, but for what is said below to write.  What it chooses by chance depends on nothing but the
 * seed and the order of the questions. */

typedef struct _SgView SgView;

typedef enum
{
  SG_NAME_BARE,
  SG_NAME_DEFINITE,
  SG_NAME_INDEFINITE,
} SgNameForm;

typedef enum
{
  SG_PRONOUN_SUBJECT,
  SG_PRONOUN_OBJECT,
  SG_PRONOUN_POSSESSIVE,
} SgPronounForm;

SgView         *sg_view_new           (SgScenario     *scenario,
                                       SgWorld        *world,
                                       const char     *language,
                                       guint64         seed) G_GNUC_WARN_UNUSED_RESULT;
void            sg_view_free          (SgView         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgView, sg_view_free)

SgScenario     *sg_view_get_scenario  (SgView         *self);
SgWorld        *sg_view_get_world     (SgView         *self);

/* Texts. */
char           *sg_view_render        (SgView         *self,
                                       JsonNode       *text) G_GNUC_WARN_UNUSED_RESULT;
char           *sg_view_substitute    (SgView         *self,
                                       const char     *text) G_GNUC_WARN_UNUSED_RESULT;
void            sg_view_set_var       (SgView         *self,
                                       const char     *name,
                                       const char     *value);
/* Rules that the grammar of the scenario falls back to; kept by the caller. */
void            sg_view_set_phrases   (SgView         *self,
                                       JsonObject     *phrases);
JsonNode       *sg_view_get_rule      (SgView         *self,
                                       const char     *name);
guint           sg_view_random        (SgView         *self,
                                       guint           n);
/* The variants used last, as one short word for a fact. */
char           *sg_view_dup_recent    (SgView         *self) G_GNUC_WARN_UNUSED_RESULT;
void            sg_view_set_recent    (SgView         *self,
                                       const char     *recent);

char           *sg_view_dup_name      (SgView         *self,
                                       const char     *id,
                                       SgNameForm      form) G_GNUC_WARN_UNUSED_RESULT;
const char     *sg_view_get_pronoun   (SgView         *self,
                                       const char     *id,
                                       SgPronounForm   form);
gboolean        sg_view_is_plural     (SgView         *self,
                                       const char     *id);

/* Conditions; a NULL node always holds. */
gboolean        sg_view_holds         (SgView         *self,
                                       JsonNode       *condition);
gboolean        sg_view_holds_text    (SgView         *self,
                                       const char     *condition);

/* Scope. */
const char     *sg_view_get_place     (SgView         *self);
const char     *sg_view_get_place_of  (SgView         *self,
                                       const char     *id);
gboolean        sg_view_is_in         (SgView         *self,
                                       const char     *id,
                                       const char     *place);
gboolean        sg_view_is_carried    (SgView         *self,
                                       const char     *id);
gboolean        sg_view_is_here       (SgView         *self,
                                       const char     *id);
gboolean        sg_view_is_dark       (SgView         *self);
gboolean        sg_view_shows_inside  (SgView         *self,
                                       const SgEntity *holder);
GPtrArray      *sg_view_list_here     (SgView         *self,
                                       SgEntityKind    kind) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray      *sg_view_list_in       (SgView         *self,
                                       const char     *holder) G_GNUC_WARN_UNUSED_RESULT;

/* Exits (sg-view-exits.c). */
const char     *sg_exit_get_to        (JsonNode       *exit);
JsonNode       *sg_exit_choose        (SgView         *view,
                                       JsonNode       *exit);
gboolean        sg_exit_is_known      (SgView         *view,
                                       JsonNode       *exit);
gboolean        sg_exit_is_open       (SgView         *view,
                                       JsonNode       *exit);
JsonNode       *sg_exit_find          (SgView         *view,
                                       const char     *from,
                                       const char     *to,
                                       const char    **key);

/* Effects (sg-view-effects.c): these write into the world. */
gboolean        sg_view_apply         (SgView         *self,
                                       const SgEffect *effect,
                                       const char     *call);
void            sg_view_visit         (SgView         *self,
                                       const char     *place,
                                       const char     *call);
gint64          sg_view_move_clock    (SgView         *self,
                                       const SgEntity *clock,
                                       gint64          by,
                                       const char     *call,
                                       gint64         *before);
gboolean        sg_reaction_is_plain_text
                                      (JsonNode       *reaction);
char           *sg_reaction_dup_once  (JsonObject     *reaction,
                                       const char     *key) G_GNUC_WARN_UNUSED_RESULT;

/* Facts, for those who have a world or none. */
gboolean        sg_view_is_set        (SgView         *self,
                                       const char     *entity,
                                       const char     *attribute);
const char     *sg_view_get_word      (SgView         *self,
                                       const char     *entity,
                                       const char     *attribute);
gint64          sg_view_get_number    (SgView         *self,
                                       const char     *entity,
                                       const char     *attribute);

G_END_DECLS
