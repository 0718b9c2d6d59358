/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-after.h"
#include "engine/sg-session.h"
#include "engine/sg-turn-run-private.h"

G_BEGIN_DECLS

struct _SgSession
{
  GObject           parent_instance;

  SgStory          *story;
  SgModel          *model;
  SgEngineSettings *settings;
  SgToolCatalog    *catalog;
  SgToolCache      *tool_cache;

  /* What a language model is offered of the catalog, which had so many tools: all but these. */
  SgToolCatalog    *offered;
  guint             offered_of;
  char             *tools_off;
  SgHistory        *history;
  SgAfter          *after;
  char             *brief;
  int               brief_room;
  int               fixed_tokens;
  SgResponseCache  *responses;

  SgTurnRun        *run;

  /* What the next turn is to do better than the one that it replaces. */
  char             *fault;
  gint64            repairs;
  gboolean          busy;

  /* The place that a turn is to start from is being read. */
  GCancellable     *loading;

  /* Words wait for the turn that runs, for the head that is on its way, for the draft.  What is left
   * of the queue when a turn was stopped is not wanted until there are new words. */
  GPtrArray        *queue;
  gboolean          wanted;
  guint             last_ticket;

  /* Words that were not handed in, and whether all that waits is kept over the end of the program. */
  char             *unsent;
  SgInputMode       unsent_mode;
  gboolean          keeps_words;
  gboolean          words_stored;
};

void     sg_session_set_busy      (SgSession   *self,
                                   gboolean     busy);
gboolean sg_session_check_idle    (SgSession   *self,
                                   GError     **error);
void     sg_session_report        (SgSession   *self,
                                   const GError *error);
GPtrArray *sg_session_queue_new   (void) G_GNUC_WARN_UNUSED_RESULT;
void     sg_session_queue_add     (SgSession   *self,
                                   SgInputMode  mode,
                                   const char  *text);
void     sg_session_queue_changed (SgSession   *self);
void     sg_session_keep_words    (SgSession   *self);
void     sg_session_start_next    (SgSession   *self);
/* Takes the path. */
void     sg_session_start_run     (SgSession   *self,
                                   SgPath      *path,
                                   SgWorld     *base,
                                   SgInputMode  mode,
                                   const char  *input,
                                   const char  *draft,
                                   gint64       submitted_us);
void     sg_session_start_at_head (SgSession   *self,
                                   SgInputMode  mode,
                                   const char  *input,
                                   const char  *draft,
                                   gint64       submitted_us);

/* Reads the world at a place first, where that is not the head; busy until then. */
gboolean sg_session_is_at_head    (SgSession   *self,
                                   gint64       branch,
                                   gint64       depth);
void     sg_session_start_at      (SgSession   *self,
                                   gint64       branch,
                                   gint64       depth,
                                   SgInputMode  mode,
                                   const char  *input,
                                   const char  *draft,
                                   gint64       submitted_us);

G_END_DECLS
