/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The end of a turn.  All that belongs to it (words, tool calls, changes of the world,
 * memories, spans) is one transaction; what is known only after it (how long the commit
 * itself took) follows with the next.
 */

#include "config.h"

#include "engine/sg-turn-run-private.h"

#include <string.h>

#include "engine/sg-after.h"
#include "store/sg-path.h"
#include "store/sg-tables.h"
#include "tools/sg-tool-json.h"
#include "world/sg-choices.h"
#include "world/sg-trace-rows.h"

typedef struct
{
  SgPath     *path;
  SgTurnRow  *row;
  GPtrArray  *facts;
  GPtrArray  *memories;
  GPtrArray  *tool_calls;
  GPtrArray  *model_calls;
  GPtrArray  *spans;
  GPtrArray  *findings;
  gint64      repairs;
  GPtrArray  *jobs;
  GPtrArray  *done;
  gboolean    drafted;

  /* What the next turn would have to read. */
  gint64      late;
  gboolean    has_memories;
} CommitData;

static void
commit_data_free (gpointer data)
{
  CommitData *commit = data;

  g_clear_pointer (&commit->path, sg_path_free);
  g_clear_pointer (&commit->row, sg_turn_row_free);
  g_clear_pointer (&commit->facts, g_ptr_array_unref);
  g_clear_pointer (&commit->memories, g_ptr_array_unref);
  g_clear_pointer (&commit->tool_calls, g_ptr_array_unref);
  g_clear_pointer (&commit->model_calls, g_ptr_array_unref);
  g_clear_pointer (&commit->spans, g_ptr_array_unref);
  g_clear_pointer (&commit->findings, g_ptr_array_unref);
  g_clear_pointer (&commit->jobs, g_ptr_array_unref);
  g_clear_pointer (&commit->done, g_ptr_array_unref);
  g_free (commit);
}

/* A turn follows there already: the new one begins a branch of its own. */
static gint64
insert_sibling (SgConnection *connection,
                const SgPath *path,
                SgTurnRow    *row,
                GError      **error)
{
  gint64 owner = sg_path_owner (path, path->depth);

  row->branch = sg_branches_insert (connection, path->story, owner, path->depth, error);
  if (row->branch == 0)
    return 0;

  /* Where somebody else was faster, the number is another than when the turn began. */
  row->alternative = sg_turns_next_alternative (connection, path, error);
  if (row->alternative < 0)
    return 0;

  return sg_turns_insert (connection, row, error);
}

/**
 * sg_turn_row_store:
 * @connection: a connection in a job
 * @path: the path to the turn before
 * @row: the turn; its branch and id are filled in, and its alternative where it is a sibling
 *
 * Stores a turn and moves the head to it.  A turn goes to the end of its branch; where one follows
 * already (a retry, words after an undo, another window that was faster) it begins a
 * branch of its own, a sibling.
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR
 */
gboolean
sg_turn_row_store (SgConnection *connection,
                   const SgPath *path,
                   SgTurnRow    *row,
                   GError      **error)
{
  GError *local_error = NULL;

  row->branch = path->branch;
  row->id = sg_turns_insert (connection, row, &local_error);
  if (g_error_matches (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_MOVED_ON))
    {
      g_clear_error (&local_error);
      row->id = insert_sibling (connection, path, row, &local_error);
    }

  if (row->id == 0)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  return sg_stories_set_head (connection, row->story, row->branch, row->depth, row->branch,
                              row->depth, error);
}

/**
 * sg_turn_facts_make_rows:
 * @overlay: what a turn has changed
 *
 * Returns: (transfer full) (element-type SgFactRow): the changes as rows
 */
GPtrArray *
sg_turn_facts_make_rows (SgWorld *overlay)
{
  GPtrArray *changes = sg_world_get_changes (overlay);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_fact_row_free);

  for (guint i = 0; i < changes->len; i++)
    {
      const SgFact *fact = g_ptr_array_index (changes, i);
      SgFactRow *row = sg_fact_row_new ();

      row->entity = g_strdup (fact->entity);
      row->attribute = g_strdup (fact->attribute);
      row->value = JSON_NODE_HOLDS_NULL (fact->value) ? NULL : json_to_string (fact->value, FALSE);
      row->call = g_strdup (fact->call);
      g_ptr_array_add (rows, row);
    }

  return rows;
}

/**
 * sg_turn_facts_store:
 * @connection: a connection in a job
 * @path: the path to the turn
 * @rows: (element-type SgFactRow): what it has changed
 * @turn: its id
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR
 */
gboolean
sg_turn_facts_store (SgConnection  *connection,
                     const SgPath  *path,
                     GPtrArray     *rows,
                     gint64         turn,
                     GError       **error)
{
  for (guint i = 0; i < rows->len; i++)
    {
      SgFactRow *fact = g_ptr_array_index (rows, i);

      fact->turn = turn;
      if (!sg_facts_insert (connection, path, fact, error))
        return FALSE;
    }

  return sg_facts_snapshot_if_due (connection, path, error);
}

static gboolean
insert_world (SgConnection *connection,
              CommitData   *commit,
              const SgPath *path,
              GError      **error)
{
  for (guint i = 0; i < commit->memories->len; i++)
    {
      SgMemoryRow *memory = g_ptr_array_index (commit->memories, i);

      memory->turn = commit->row->id;
      if (sg_memories_insert (connection, path, memory, error) == 0)
        return FALSE;
    }

  return sg_turn_facts_store (connection, path, commit->facts, commit->row->id, error);
}

static gboolean
insert_calls (SgConnection *connection,
              CommitData   *commit,
              GError      **error)
{
  for (guint i = 0; i < commit->tool_calls->len; i++)
    {
      SgToolCallRow *call = g_ptr_array_index (commit->tool_calls, i);

      call->turn = commit->row->id;
      if (!sg_tool_calls_insert (connection, call, error))
        return FALSE;
    }

  for (guint i = 0; i < commit->model_calls->len; i++)
    {
      SgModelCallRow *call = g_ptr_array_index (commit->model_calls, i);

      call->turn = commit->row->id;
      call->position = (int) i;
      if (!sg_model_calls_insert (connection, call, error))
        return FALSE;
    }

  return TRUE;
}

/* What was found in the turn; what was found in the one that it replaces is repaired. */
static gboolean
insert_findings (SgConnection *connection,
                 CommitData   *commit,
                 GError      **error)
{
  for (guint i = 0; i < commit->findings->len; i++)
    {
      SgFindingRow *finding = g_ptr_array_index (commit->findings, i);

      finding->turn = commit->row->id;
      if (sg_findings_insert (connection, finding, error) == 0)
        return FALSE;
    }

  return commit->repairs == 0 || sg_findings_set_repaired (connection, commit->repairs, error);
}

/* What was done before the commit, and what is left to do. */
static gboolean
insert_work (SgConnection *connection,
             CommitData   *commit,
             GError      **error)
{
  for (guint i = 0; i < commit->done->len; i++)
    {
      SgAfterJob *job = g_ptr_array_index (commit->done, i);
      const SgAfterHandler *handler = sg_after_job_get_handler (job);

      if (handler->store != NULL && sg_after_job_get_result (job) != NULL
          && !handler->store (job, connection, commit->row->id, 0, error))
        return FALSE;
    }

  for (guint i = 0; i < commit->jobs->len; i++)
    {
      SgJobRow *job = g_ptr_array_index (commit->jobs, i);

      job->turn = commit->row->id;
      if (sg_jobs_insert (connection, job, error) == 0)
        return FALSE;
    }

  return TRUE;
}

static gboolean
commit_job (SgConnection *connection,
            gpointer      data,
            GCancellable *cancellable,
            GError      **error)
{
  CommitData *commit = data;
  SgTurnRow *row = commit->row;
  g_autoptr (SgPath) path = NULL;

  if (!sg_turn_row_store (connection, commit->path, row, error))
    return FALSE;

  /* The job may run twice, so the path that was handed in stays. */
  path = sg_path_copy (commit->path);
  sg_path_append (path, row->branch, row->depth);
  if (!insert_world (connection, commit, path, error)
      || !insert_calls (connection, commit, error)
      || !insert_findings (connection, commit, error)
      || !insert_work (connection, commit, error)
      || !sg_spans_insert (connection, row->id, commit->spans, error))
    return FALSE;

  return (!commit->drafted || sg_drafts_delete (connection, row->story, error))
         && sg_stories_get_late (connection, row->story, &commit->late, error)
         && sg_memories_exist (connection, path, &commit->has_memories, error);
}

static gboolean
late_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  GPtrArray *spans = data;
  const SgSpanRow *first = spans->len > 0 ? g_ptr_array_index (spans, 0) : NULL;

  return first == NULL || sg_spans_insert (connection, first->turn, spans, error);
}

/* Writes the spans anew that were still running when the turn was committed. */
static void
write_late_spans (SgTurnRun *self)
{
  GPtrArray *late;

  if (!sg_engine_settings_is_on (self->settings, "tracking"))
    return;

  late = sg_trace_to_rows_since (self->trace, self->turn, self->narrated_us);
  sg_library_write_later (sg_story_get_library (self->story), late_job, late,
                          (GDestroyNotify) g_ptr_array_unref);
}

static SgTurnRow *
copy_for_history (const SgTurnRow *row)
{
  SgTurnRow *copy = sg_turn_row_new ();

  copy->id = row->id;
  copy->story = row->story;
  copy->branch = row->branch;
  copy->depth = row->depth;
  copy->mode = g_strdup (row->mode);
  copy->input = g_strdup (row->input);
  copy->text = g_strdup (row->text);

  return copy;
}

static void
follow_in_history (SgTurnRun       *self,
                   const SgTurnRow *row)
{
  if (sg_history_is_current (self->history, self->path))
    sg_history_append (self->history, copy_for_history (row), self->tongue);
}

/* What the next turn need not ask the library for. */
static void
note_what_is_known (SgTurnRun        *self,
                    const CommitData *commit)
{
  if (!commit->has_memories && commit->late == sg_history_get_seen (self->history)
      && sg_history_is_current (self->history, sg_story_get_path (self->story)))
    sg_history_set_complete (self->history, sg_after_get_n_late (self->after));
}

static void
committed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgTurnRun *self = g_task_get_source_object (task);
  CommitData *commit = g_task_get_task_data (task);
  GError *error = NULL;

  if (!sg_library_write_finish (SG_LIBRARY (object), result, &error))
    {
      sg_turn_run_fail (self, error);
    }
  else
    {
      sg_trace_mark (self->trace, SG_MARK_COMMITTED);
      sg_trace_end (self->trace, self->stage_span);
      sg_trace_end (self->trace, self->turn_span);

      self->turn = commit->row->id;
      if (self->tool_cache != NULL)
        sg_tool_cache_end (self->tool_cache, commit->row->branch, commit->row->depth);
      follow_in_history (self, commit->row);
      sg_story_set_draft (self->story, NULL, TRUE);
      sg_story_advance (self->story, self->path, commit->row->branch, commit->row->depth,
                        self->turn, self->overlay);
      note_what_is_known (self, commit);
      sg_turn_run_finish (self, SG_STAGE_DONE);
      write_late_spans (self);
    }

  g_task_return_boolean (task, TRUE);
}

static void
append_member (GString    *json,
               const char *name,
               const char *text)
{
  if (text == NULL)
    return;

  g_string_append_printf (json, "\"%s\":", name);
  sg_tool_json_append_string (json, text, strlen (text));
  g_string_append_c (json, ',');
}

/* The settings that the turn ran with, and what its prompt was made of that nothing else tells: where
 * its history began, the memories in it, and how much had been told before. */
static char *
dup_settings_json (SgTurnRun *self)
{
  g_autofree char *settings = sg_engine_settings_dup_json (self->settings);
  g_autoptr (GString) json = NULL;

  if (!sg_history_is_current (self->history, self->path))
    return g_steal_pointer (&settings);

  json = g_string_new (NULL);
  g_string_printf (json, "{\"room\":%d,\"history-first\":%" G_GINT64_FORMAT ",", self->room,
                   sg_history_get_first (self->history));

  if (self->memories != NULL && self->memories->len > 0)
    {
      for (guint i = 0; i < self->memories->len; i++)
        g_string_append_printf (json, "%s%" G_GINT64_FORMAT, i == 0 ? "\"memories\":[" : ",",
                                ((SgMemoryRow *) g_ptr_array_index (self->memories, i))->id);
      g_string_append (json, "],");
    }
  if (self->draft != NULL)
    g_string_append_printf (json, "\"told-before\":%" G_GSIZE_FORMAT ",", strlen (self->draft));
  append_member (json, "note", self->plan_note);
  append_member (json, "fault", self->fault);
  g_string_append (json, settings + 1);

  return g_string_free (g_steal_pointer (&json), FALSE);
}

/* The turn as it is so far, without an id. */
SgTurnRow *
sg_turn_run_make_row (SgTurnRun *self)
{
  SgTurnRow *row = sg_turn_row_new ();

  row->story = sg_story_get_id (self->story);
  row->depth = self->path->depth + 1;
  row->alternative = self->alternative;
  row->mode = g_strdup (sg_input_mode_to_string (self->mode));
  row->input = g_strdup (self->input);
  row->text = g_strchomp (g_strdup (self->text->str));
  row->reasoning = self->reasoning->len > 0 ? g_strdup (self->reasoning->str) : NULL;
  row->choices = sg_choices_to_json (sg_world_get_choices (self->overlay));
  row->model = g_strdup (sg_turn_run_get_teller (self));
  row->settings = dup_settings_json (self);
  row->seen = self->seen;
  row->finish = sg_turn_run_dup_finish (self);
  /* The moment that the duration ends at: what is done afterwards counts its time from there. */
  row->created =
    g_get_real_time () - (sg_trace_get_elapsed (self->trace) - self->narrated_us);
  row->duration_us = self->narrated_us;
  row->first_token_us = sg_trace_get_mark (self->trace, SG_MARK_FIRST_TOKEN);
  row->tokens_in = self->usage.input;
  row->tokens_out = self->usage.output;
  row->tokens_cached = self->usage.cached;
  row->estimated = self->usage.estimated;
  row->rate = sg_turn_run_get_rate (self);

  return row;
}

static GPtrArray *
make_memory_rows (SgTurnRun *self)
{
  GPtrArray *memories = sg_world_get_new_memories (self->overlay);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_memory_row_free);

  for (guint i = 0; i < memories->len; i++)
    {
      const SgMemory *memory = g_ptr_array_index (memories, i);
      SgMemoryRow *row = sg_memory_row_new ();

      row->text = g_strdup (memory->text);
      row->keywords = g_strdup (memory->keywords);
      row->importance = memory->importance;
      row->call = g_strdup (memory->call);
      g_ptr_array_add (rows, row);
    }

  return rows;
}

static GPtrArray *
make_tool_call_rows (SgTurnRun *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_tool_call_row_free);
  gint64 origin = sg_trace_get_origin (self->trace);

  for (guint i = 0; i < sg_turn_run_get_n_calls (self); i++)
    {
      const SgToolCall *call = sg_tool_runner_get_call (self->runner, i);
      SgToolCallRow *row = sg_tool_call_row_new ();

      row->position = (int) call->position;
      row->level = (int) call->level;
      row->call = g_strdup (call->id);
      row->name = g_strdup (call->name);
      row->arguments = g_strdup (call->arguments);
      row->result = g_strdup (call->result);
      row->status = g_strdup (sg_tool_call_status_to_string (call->status));
      row->begin_us = call->begin_us > 0 ? call->begin_us - origin : 0;
      row->duration_us = call->begin_us > 0 ? call->end_us - call->begin_us : 0;
      g_ptr_array_add (rows, row);
    }

  return rows;
}

static int
compare_calls (gconstpointer a,
               gconstpointer b)
{
  const SgModelCallRow *row_a = *(const SgModelCallRow *const *) a;
  const SgModelCallRow *row_b = *(const SgModelCallRow *const *) b;

  return row_a->begin_us < row_b->begin_us ? -1 : row_a->begin_us > row_b->begin_us;
}

/* All calls of the turn, as they began: those of the narration, and the questions beside it. */
static GPtrArray *
take_model_calls (SgTurnRun *self)
{
  GPtrArray *asked = self->asker != NULL ? sg_asker_get_calls (self->asker) : NULL;

  while (asked != NULL && asked->len > 0)
    g_ptr_array_add (self->model_calls, g_ptr_array_steal_index (asked, 0));
  g_ptr_array_sort (self->model_calls, compare_calls);

  return g_ptr_array_ref (self->model_calls);
}

/**
 * sg_turn_run_store:
 *
 * Nothing is left to do before the turn can be stored: stores it.
 */
void
sg_turn_run_store (SgTurnRun *self)
{
  CommitData *commit = g_new0 (CommitData, 1);
  GTask *task = g_task_new (self, NULL, NULL, NULL);

  g_task_set_source_tag (task, sg_turn_run_store);
  g_task_set_task_data (task, commit, commit_data_free);

  self->narrated_us = sg_trace_get_elapsed (self->trace);
  /* The commit begins here, whatever those do who hear of it: that is the time that the turn took. */
  sg_trace_end_at (self->trace, self->stage_span, self->narrated_us);
  self->stage_span = sg_trace_begin_at (self->trace, self->turn_span, SG_SPAN_STAGE, "commit",
                                        self->narrated_us);
  sg_turn_run_set_stage (self, SG_STAGE_NARRATED);
  sg_turn_run_set_stage (self, SG_STAGE_COMMIT);

  commit->path = sg_path_copy (self->path);
  commit->row = sg_turn_run_make_row (self);
  commit->facts = sg_turn_facts_make_rows (self->overlay);
  commit->memories = make_memory_rows (self);
  commit->tool_calls = make_tool_call_rows (self);
  commit->model_calls = take_model_calls (self);
  commit->spans = sg_engine_settings_is_on (self->settings, "tracking")
                    ? sg_trace_to_rows (self->trace, 0)
                    : g_ptr_array_new ();
  commit->findings = sg_turn_run_make_findings (self);
  commit->repairs = self->repairs;
  commit->jobs = g_ptr_array_ref (self->jobs);
  commit->done = g_ptr_array_ref (self->done);
  commit->drafted = sg_draft_journal_wrote (self->journal)
                    || sg_story_get_draft (self->story) != NULL;
  g_clear_pointer (&self->journal, sg_draft_journal_free);

  /* Told words are never thrown away: from here on nothing can be cancelled. */
  sg_library_write_async (sg_story_get_library (self->story), SG_DURABILITY_FULL, commit_job,
                          commit, NULL, NULL, committed_cb, task);
}
