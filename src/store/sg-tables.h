/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/sg-connection.h"
#include "store/sg-records.h"

G_BEGIN_DECLS

/* The rows of the library.  All of these run inside a job of SgLibrary and fail with
 * SG_LIBRARY_ERROR.  A function that returns a row or NULL sets SG_LIBRARY_ERROR_NOT_FOUND
 * where there is none, unless it says otherwise.  Arrays own their rows. */

/* Stories; those in the trash are listed only by sg_stories_list_trashed(). */
gint64      sg_stories_insert          (SgConnection     *connection,
                                        const SgStoryRow *row,
                                        GError          **error);
SgStoryRow *sg_stories_get             (SgConnection     *connection,
                                        gint64            story,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *sg_stories_list            (SgConnection     *connection,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *sg_stories_list_trashed    (SgConnection     *connection,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_stories_set_title       (SgConnection     *connection,
                                        gint64            story,
                                        const char       *title,
                                        GError          **error);
gboolean    sg_stories_set_trashed     (SgConnection     *connection,
                                        gint64            story,
                                        gboolean          trashed,
                                        GError          **error);
gboolean    sg_stories_set_head        (SgConnection     *connection,
                                        gint64            story,
                                        gint64            branch,
                                        gint64            depth,
                                        gint64            tip_branch,
                                        gint64            tip_depth,
                                        GError          **error);
/* Whether the story is where the caller left it: sg_stories_check_head() fails with
 * SG_LIBRARY_ERROR_MOVED_ON where another window or process has moved it on. */
gboolean    sg_stories_get_head        (SgConnection     *connection,
                                        gint64            story,
                                        gint64           *branch,
                                        gint64           *depth,
                                        GError          **error);
gboolean    sg_stories_check_head      (SgConnection     *connection,
                                        gint64            story,
                                        gint64            branch,
                                        gint64            depth,
                                        GError          **error);
/* The number of the last late record of a story, 0 for none, and the next one, which is taken. */
gboolean    sg_stories_get_late        (SgConnection     *connection,
                                        gint64            story,
                                        gint64           *late,
                                        GError          **error);
gboolean    sg_stories_take_late       (SgConnection     *connection,
                                        gint64            story,
                                        gint64           *late,
                                        GError          **error);

/* Branches.  @parent is 0 and @fork_depth -1 for the first branch of a story; else the branch
 * that owns the turn at @fork_depth, or any branch that passes through it. */
gint64      sg_branches_insert         (SgConnection     *connection,
                                        gint64            story,
                                        gint64            parent,
                                        gint64            fork_depth,
                                        GError          **error);
SgPath     *sg_branches_load_path      (SgConnection     *connection,
                                        gint64            branch,
                                        gint64            depth,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* Turns.  Listed by depth on a path, first and last included; siblings filled in.  Inserting fails
 * with SG_LIBRARY_ERROR_MOVED_ON where the place is taken; the job may go on and fork. */
gint64      sg_turns_insert            (SgConnection     *connection,
                                        const SgTurnRow  *row,
                                        GError          **error);
SgTurnRow  *sg_turns_get               (SgConnection     *connection,
                                        gint64            turn,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *sg_turns_list              (SgConnection     *connection,
                                        const SgPath     *path,
                                        gint64            first,
                                        gint64            last,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
/* All turns at @depth that follow the same parent as the turn of @path there, oldest first. */
GPtrArray  *sg_turns_list_alternatives (SgConnection     *connection,
                                        const SgPath     *path,
                                        gint64            depth,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
/* The number of the next alternative that follows the end of @path; -1 with @error set. */
int         sg_turns_next_alternative  (SgConnection     *connection,
                                        const SgPath     *path,
                                        GError          **error);
/* The same rows with text, input and reasoning left NULL: for charts over a whole story. */
GPtrArray  *sg_turns_list_figures      (SgConnection     *connection,
                                        const SgPath     *path,
                                        gint64            first,
                                        gint64            last,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* The words of the turns of @path there, the latest first, without making rows of them; until @func returns FALSE. */
typedef gboolean (*SgTurnWordsFunc)   (gint64            depth,
                                       const char       *input,
                                       const char       *text,
                                       gpointer          data);
gboolean    sg_turns_scan              (SgConnection     *connection,
                                        const SgPath     *path,
                                        gint64            first,
                                        gint64            last,
                                        SgTurnWordsFunc   func,
                                        gpointer          data,
                                        GError          **error);

/* Facts.  One belongs to the turn that its row names, or to the last of @path where that is 0;
 * the last value that a turn gives counts.  The fold along the path: the last value of each, removed
 * ones left out, ordered by entity and attribute.  Reads the nearest snapshot on the path and what
 * came after it. */
gboolean    sg_facts_insert            (SgConnection     *connection,
                                        const SgPath     *path,
                                        const SgFactRow  *row,
                                        GError          **error);
GPtrArray  *sg_facts_fold              (SgConnection     *connection,
                                        const SgPath     *path,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
/* The facts that the turns of @path set or took away from @turn on, that one included; a value is NULL where it was
 * taken away.  By depth. */
GPtrArray  *sg_facts_list_changes      (SgConnection     *connection,
                                        const SgPath     *path,
                                        gint64            turn,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
/* Stores a snapshot at the end of @path where one is due (every 64 turns). */
gboolean    sg_facts_snapshot_if_due   (SgConnection     *connection,
                                        const SgPath     *path,
                                        GError          **error);

/* Memories on a path; one belongs to the turn that its row names, as with facts.  A search takes
 * the player's words as they are (no query syntax). */
gint64      sg_memories_insert         (SgConnection      *connection,
                                        const SgPath      *path,
                                        const SgMemoryRow *row,
                                        GError           **error);
gboolean    sg_memories_exist          (SgConnection      *connection,
                                        const SgPath      *path,
                                        gboolean          *exist,
                                        GError           **error);
GPtrArray  *sg_memories_search         (SgConnection      *connection,
                                        const SgPath      *path,
                                        const char        *words,
                                        guint              limit,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *sg_memories_list           (SgConnection      *connection,
                                        const SgPath      *path,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray  *sg_memories_list_by_id     (SgConnection      *connection,
                                        GArray            *ids,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* What memories mean, as a model of embeddings sees it: a vector of little-endian 32-bit floats, of
 * length 1.  Searches by meaning find those of the path that have a vector of the same model. */
gboolean    sg_embeddings_put          (SgConnection      *connection,
                                        gint64             memory,
                                        const char        *model,
                                        GBytes            *vector,
                                        GError           **error);
gboolean    sg_embeddings_exist        (SgConnection      *connection,
                                        gint64             story,
                                        const char        *model,
                                        gboolean          *exist,
                                        GError           **error);
/* The memories of a story that have none yet, the newest first. */
GPtrArray  *sg_embeddings_list_missing (SgConnection      *connection,
                                        gint64             story,
                                        const char        *model,
                                        guint              limit,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *sg_memories_search_meaning (SgConnection      *connection,
                                        const SgPath      *path,
                                        const char        *model,
                                        GBytes            *vector,
                                        guint              limit,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *sg_memories_search_both    (SgConnection      *connection,
                                        const SgPath      *path,
                                        const char        *words,
                                        const char        *model,
                                        GBytes            *vector,
                                        guint              limit,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* Summaries.  One belongs to the turn at its last depth on @path.  Listed are those that lie on @path
 * and whose late number is at most @seen, by what they tell of last, and the newest last. */
gint64      sg_summaries_insert        (SgConnection       *connection,
                                        const SgPath       *path,
                                        const SgSummaryRow *row,
                                        GError            **error);
GPtrArray  *sg_summaries_list          (SgConnection       *connection,
                                        const SgPath       *path,
                                        gint64              seen,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* What checks have found in the words of a turn. */
gint64      sg_findings_insert         (SgConnection       *connection,
                                        const SgFindingRow *row,
                                        GError            **error);
GPtrArray  *sg_findings_list           (SgConnection       *connection,
                                        gint64              turn,
                                        GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_findings_set_repaired   (SgConnection       *connection,
                                        gint64              turn,
                                        GError            **error);

/* What a turn did.  A span that is inserted again is completed: it ran on while its turn was committed. */
gboolean    sg_tool_calls_insert       (SgConnection         *connection,
                                        const SgToolCallRow  *row,
                                        GError              **error);
GPtrArray  *sg_tool_calls_list         (SgConnection         *connection,
                                        gint64                turn,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_model_calls_insert      (SgConnection         *connection,
                                        const SgModelCallRow *row,
                                        GError              **error);
GPtrArray  *sg_model_calls_list        (SgConnection         *connection,
                                        gint64                turn,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_spans_insert            (SgConnection         *connection,
                                        gint64                turn,
                                        GPtrArray            *rows,
                                        GError              **error);
GPtrArray  *sg_spans_list              (SgConnection         *connection,
                                        gint64                turn,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* The draft of a story.  sg_drafts_get() returns NULL without an error where there is none. */
gboolean    sg_drafts_put              (SgConnection     *connection,
                                        const SgDraftRow *row,
                                        GError          **error);
SgDraftRow *sg_drafts_get              (SgConnection     *connection,
                                        gint64            story,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_drafts_delete           (SgConnection     *connection,
                                        gint64            story,
                                        GError          **error);

/* What is left to do for a story, the oldest first. */
gint64      sg_jobs_insert             (SgConnection     *connection,
                                        const SgJobRow   *row,
                                        GError          **error);
GPtrArray  *sg_jobs_list               (SgConnection     *connection,
                                        gint64            story,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    sg_jobs_next               (SgConnection     *connection,
                                        gint64            story,
                                        gint64            after,
                                        SgJobRow        **row,
                                        GError          **error);
gboolean    sg_jobs_delete             (SgConnection     *connection,
                                        gint64            job,
                                        GError          **error);

/* Words that are no turn yet. */
gboolean    sg_queued_put              (SgConnection     *connection,
                                        gint64            story,
                                        GPtrArray        *rows,
                                        GError          **error);
GPtrArray  *sg_queued_list             (SgConnection     *connection,
                                        gint64            story,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* Integrity: SQLite's own check, foreign keys, and the shape of every tree.  An empty array means
 * that all is well; else each string is a sentence. */
GPtrArray  *sg_library_check           (SgConnection     *connection,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
