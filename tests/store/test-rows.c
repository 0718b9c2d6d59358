/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a turn did, drafts and jobs: every member comes back as it was stored. */

#include "config.h"

#include "store-fixture.h"
#include "store/sg-connection-private.h"

static gint64
one_turn (SgConnection *connection,
          gint64       *story,
          gint64       *branch)
{
  *story = add_story (connection, "Rows", branch);

  return add_turn (connection, *story, *branch, 0);
}

static gboolean
tool_calls_cb (SgConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  gint64 story, branch;
  gint64 turn = one_turn (connection, &story, &branch);
  SgToolCallRow row = { .turn = turn, .position = 1, .level = 2, .call = (char *) "call_1",
                        .name = (char *) "roll_dice", .arguments = (char *) "{\"dice\":\"2d6\"}",
                        .result = (char *) "{\"total\":7}", .status = (char *) "ok",
                        .begin_us = 100, .duration_us = 20 };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) local_error = NULL;
  const SgToolCallRow *back;

  g_assert_true (sg_tool_calls_insert (connection, &row, error));
  row.position = 0;
  row.name = NULL;
  g_assert_true (sg_tool_calls_insert (connection, &row, error));

  rows = sg_tool_calls_list (connection, turn, error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpint (((SgToolCallRow *) rows->pdata[0])->position, ==, 0);
  back = g_ptr_array_index (rows, 1);
  g_assert_cmpint (back->id, >, 0);
  g_assert_cmpint (back->turn, ==, turn);
  g_assert_cmpint (back->position, ==, 1);
  g_assert_cmpint (back->level, ==, 2);
  g_assert_cmpstr (back->call, ==, "call_1");
  g_assert_cmpstr (back->name, ==, "roll_dice");
  g_assert_cmpstr (back->arguments, ==, "{\"dice\":\"2d6\"}");
  g_assert_cmpstr (back->result, ==, "{\"total\":7}");
  g_assert_cmpstr (back->status, ==, "ok");
  g_assert_cmpint (back->begin_us, ==, 100);
  g_assert_cmpint (back->duration_us, ==, 20);

  row.turn = 99;
  g_assert_false (sg_tool_calls_insert (connection, &row, &local_error));
  g_assert_error (local_error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NOT_FOUND);

  return TRUE;
}

static void
test_tool_calls (Fixture       *fixture,
                 gconstpointer  data)
{
  write_job (fixture->library, tool_calls_cb, NULL);
}

static gboolean
model_calls_cb (SgConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  gint64 story, branch;
  gint64 turn = one_turn (connection, &story, &branch);
  SgModelCallRow row = { .turn = turn, .position = 1, .kind = (char *) "narration",
                         .model = (char *) "tiny", .server = (char *) "http://127.0.0.1:8080",
                         .begin_us = 5, .first_token_us = 60, .duration_us = 700, .tokens_in = 11,
                         .tokens_out = 12, .tokens_cached = 13, .tokens_reasoning = 14,
                         .estimated = TRUE, .finish = (char *) "length", .error = (char *) "oh" };
  g_autoptr (SgModelCallRow) empty = sg_model_call_row_new ();
  g_autoptr (GPtrArray) rows = NULL;
  const SgModelCallRow *back;

  g_assert_true (sg_model_calls_insert (connection, &row, error));
  empty->turn = turn;
  g_assert_true (sg_model_calls_insert (connection, empty, error));

  rows = sg_model_calls_list (connection, turn, error);
  g_assert_cmpuint (rows->len, ==, 2);
  back = g_ptr_array_index (rows, 0);
  g_assert_cmpint (back->tokens_in, ==, -1);
  g_assert_cmpint (back->tokens_reasoning, ==, -1);
  g_assert_cmpint (back->first_token_us, ==, -1);
  g_assert_null (back->finish);
  g_assert_null (back->error);

  back = g_ptr_array_index (rows, 1);
  g_assert_cmpint (back->turn, ==, turn);
  g_assert_cmpint (back->position, ==, 1);
  g_assert_cmpstr (back->kind, ==, "narration");
  g_assert_cmpstr (back->model, ==, "tiny");
  g_assert_cmpstr (back->server, ==, "http://127.0.0.1:8080");
  g_assert_cmpint (back->begin_us, ==, 5);
  g_assert_cmpint (back->first_token_us, ==, 60);
  g_assert_cmpint (back->duration_us, ==, 700);
  g_assert_cmpint (back->tokens_in, ==, 11);
  g_assert_cmpint (back->tokens_out, ==, 12);
  g_assert_cmpint (back->tokens_cached, ==, 13);
  g_assert_cmpint (back->tokens_reasoning, ==, 14);
  g_assert_true (back->estimated);
  g_assert_cmpstr (back->finish, ==, "length");
  g_assert_cmpstr (back->error, ==, "oh");

  return TRUE;
}

static void
test_model_calls (Fixture       *fixture,
                  gconstpointer  data)
{
  write_job (fixture->library, model_calls_cb, NULL);
}

static SgSpanRow *
make_span (int         number,
           const char *name,
           gint64      duration_us,
           const char *attributes)
{
  SgSpanRow *row = sg_span_row_new ();

  row->number = number;
  row->parent = number - 1;
  row->kind = 3;
  row->name = g_strdup (name);
  row->begin_us = -4;
  row->duration_us = duration_us;
  row->attributes = g_strdup (attributes);

  return row;
}

static void
put_spans (SgConnection  *connection,
           gint64         turn,
           SgSpanRow     *first,
           SgSpanRow     *second,
           GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_span_row_free);

  g_ptr_array_add (rows, first);
  if (second != NULL)
    g_ptr_array_add (rows, second);
  g_assert_true (sg_spans_insert (connection, turn, rows, error));
}

#define ODD_NAME "a \"quoted\" \\ name,\n[of two] lines, märchenhaft"

static gboolean
spans_cb (SgConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  gint64 story, branch;
  gint64 turn = one_turn (connection, &story, &branch);
  gint64 other = add_turn (connection, story, branch, 1);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) rows = NULL;
  const SgSpanRow *back;

  g_assert_true (sg_spans_insert (connection, turn, none, error));
  rows = sg_spans_list (connection, turn, error);
  g_assert_cmpuint (rows->len, ==, 0);
  g_clear_pointer (&rows, g_ptr_array_unref);

  put_spans (connection, turn, make_span (2, ODD_NAME, 5, "{\"a\":[1,\"]\"],\"b\":-1.0}"),
             make_span (1, "turn", 0, NULL), error);
  put_spans (connection, other, make_span (1, "another", 0, NULL), NULL, error);

  rows = sg_spans_list (connection, turn, error);
  g_assert_cmpuint (rows->len, ==, 2);
  back = g_ptr_array_index (rows, 0);
  g_assert_cmpint (back->number, ==, 1);
  g_assert_null (back->attributes);
  back = g_ptr_array_index (rows, 1);
  g_assert_cmpint (back->turn, ==, turn);
  g_assert_cmpint (back->number, ==, 2);
  g_assert_cmpint (back->parent, ==, 1);
  g_assert_cmpint (back->kind, ==, 3);
  g_assert_cmpstr (back->name, ==, ODD_NAME);
  g_assert_cmpint (back->begin_us, ==, -4);
  g_assert_cmpint (back->duration_us, ==, 5);
  g_assert_cmpstr (back->attributes, ==, "{\"a\":[1,\"]\"],\"b\":-1.0}");
  g_clear_pointer (&rows, g_ptr_array_unref);

  /* One that ran on while its turn was committed is completed, and further ones find their place. */
  put_spans (connection, turn, make_span (3, "after", 9, NULL), make_span (1, "turn", 500, "{}"), error);
  rows = sg_spans_list (connection, turn, error);
  g_assert_cmpuint (rows->len, ==, 3);
  back = g_ptr_array_index (rows, 0);
  g_assert_cmpint (back->number, ==, 1);
  g_assert_cmpint (back->duration_us, ==, 500);
  g_assert_cmpstr (back->attributes, ==, "{}");
  back = g_ptr_array_index (rows, 2);
  g_assert_cmpstr (back->name, ==, "after");

  return TRUE;
}

static void
test_spans (Fixture       *fixture,
            gconstpointer  data)
{
  write_job (fixture->library, spans_cb, NULL);
}

/* What of it cannot be read is no trace; the rest of the turn is not touched by that. */
static gboolean
damaged_spans_cb (SgConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  static const struct { const char *spans; guint n_left; } cases[] = {
    { "{", 0 }, { "[1", 0 }, { "5", 0 }, { "\"abc\"", 0 }, { "{\"a\":1}", 0 }, { "[1,0,0,\"turn\",0,0],5", 1 },
  };
  gint64 story, branch;
  gint64 turn = one_turn (connection, &story, &branch);

  put_spans (connection, turn, make_span (1, "turn", 0, NULL), NULL, error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sql = g_strdup_printf ("UPDATE trace SET spans = '%s'", cases[i].spans);
      g_autoptr (GPtrArray) rows = NULL;

      g_assert_true (sg_connection_execute (connection, sql, error));
      rows = sg_spans_list (connection, turn, error);
      g_assert_nonnull (rows);
      g_assert_cmpuint (rows->len, ==, cases[i].n_left);
    }

  return TRUE;
}

static void
test_damaged_spans (Fixture       *fixture,
                    gconstpointer  data)
{
  write_job (fixture->library, damaged_spans_cb, NULL);
}

static gboolean
drafts_cb (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  gint64 story, branch;
  SgDraftRow row = { .mode = (char *) "say", .input = (char *) "hello", .text = (char *) "Half a sen",
                     .reasoning = (char *) "hm", .model = (char *) "tiny", .stopped = TRUE,
                     .error = (char *) "gone", .updated = 77 };
  g_autoptr (SgDraftRow) none = NULL;
  g_autoptr (SgDraftRow) back = NULL;

  one_turn (connection, &story, &branch);
  none = sg_drafts_get (connection, story, error);
  g_assert_no_error (*error);
  g_assert_null (none);

  row.story = story;
  row.branch = branch;
  row.depth = 0;
  g_assert_true (sg_drafts_put (connection, &row, error));
  back = sg_drafts_get (connection, story, error);
  g_assert_cmpint (back->story, ==, story);
  g_assert_cmpint (back->branch, ==, branch);
  g_assert_cmpint (back->depth, ==, 0);
  g_assert_cmpstr (back->mode, ==, "say");
  g_assert_cmpstr (back->input, ==, "hello");
  g_assert_cmpstr (back->text, ==, "Half a sen");
  g_assert_cmpstr (back->reasoning, ==, "hm");
  g_assert_cmpstr (back->model, ==, "tiny");
  g_assert_true (back->stopped);
  g_assert_cmpstr (back->error, ==, "gone");
  g_assert_cmpint (back->updated, ==, 77);

  /* There is one a story: the next takes its place. */
  row.text = (char *) "Half a sentence";
  row.stopped = FALSE;
  row.error = NULL;
  row.updated = 0;
  g_assert_true (sg_drafts_put (connection, &row, error));
  g_clear_pointer (&back, sg_draft_row_free);
  back = sg_drafts_get (connection, story, error);
  g_assert_cmpstr (back->text, ==, "Half a sentence");
  g_assert_false (back->stopped);
  g_assert_null (back->error);
  g_assert_cmpint (back->updated, >, 77);

  g_assert_true (sg_drafts_delete (connection, story, error));
  g_assert_true (sg_drafts_delete (connection, story, error));
  g_clear_pointer (&back, sg_draft_row_free);
  back = sg_drafts_get (connection, story, error);
  g_assert_null (back);

  return TRUE;
}

static void
test_drafts (Fixture       *fixture,
             gconstpointer  data)
{
  write_job (fixture->library, drafts_cb, NULL);
  assert_well (fixture->library);
}

static void
assert_next_job (SgConnection *connection,
                 gint64        story,
                 gint64        after,
                 gint64        expected)
{
  g_autoptr (SgJobRow) row = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_jobs_next (connection, story, after, &row, &error));
  g_assert_no_error (error);
  g_assert_cmpint (row != NULL ? row->id : 0, ==, expected);
}

static gboolean
jobs_cb (SgConnection  *connection,
         gpointer       data,
         GCancellable  *cancellable,
         GError       **error)
{
  gint64 story, branch, other_story, other_branch;
  SgJobRow row = { .kind = (char *) "remember", .data = (char *) "{}", .created = 5 };
  g_autoptr (GPtrArray) rows = NULL;
  gint64 first, second;

  row.turn = one_turn (connection, &other_story, &other_branch);
  g_assert_cmpint (sg_jobs_insert (connection, &row, error), >, 0);
  row.turn = one_turn (connection, &story, &branch);
  first = sg_jobs_insert (connection, &row, error);
  row.kind = (char *) "verify";
  row.data = NULL;
  second = sg_jobs_insert (connection, &row, error);

  rows = sg_jobs_list (connection, story, error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpint (((SgJobRow *) rows->pdata[0])->id, ==, first);
  g_assert_cmpint (((SgJobRow *) rows->pdata[0])->turn, ==, row.turn);
  g_assert_cmpstr (((SgJobRow *) rows->pdata[0])->kind, ==, "remember");
  g_assert_cmpstr (((SgJobRow *) rows->pdata[0])->data, ==, "{}");
  g_assert_cmpint (((SgJobRow *) rows->pdata[0])->created, ==, 5);
  g_assert_cmpint (((SgJobRow *) rows->pdata[1])->id, ==, second);
  g_assert_null (((SgJobRow *) rows->pdata[1])->data);

  assert_next_job (connection, story, 0, first);
  assert_next_job (connection, story, first, second);
  assert_next_job (connection, story, second, 0);

  g_assert_true (sg_jobs_delete (connection, first, error));
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = sg_jobs_list (connection, story, error);
  g_assert_cmpuint (rows->len, ==, 1);

  return TRUE;
}

static void
test_jobs (Fixture       *fixture,
           gconstpointer  data)
{
  write_job (fixture->library, jobs_cb, NULL);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

/* A copy shares no text with what it was made from. */
static void
test_turn_copy (void)
{
  g_autoptr (SgTurnRow) row = sg_turn_row_new ();
  g_autoptr (SgTurnRow) copy = NULL;

  row->mode = g_strdup ("do");
  row->input = g_strdup ("look");
  row->text = g_strdup ("Dark.");
  row->reasoning = g_strdup ("Hm.");
  row->choices = g_strdup ("[]");
  row->model = g_strdup ("tiny");
  row->settings = g_strdup ("{}");
  row->findings = g_strdup ("[1]");
  row->finish = g_strdup ("stop");
  copy = sg_turn_row_copy (row);

  g_assert_cmpstr (copy->findings, ==, "[1]");
  g_assert_cmpstr (copy->finish, ==, "stop");
  g_assert_true (copy->mode != row->mode && copy->input != row->input && copy->text != row->text);
  g_assert_true (copy->reasoning != row->reasoning && copy->choices != row->choices);
  g_assert_true (copy->model != row->model && copy->settings != row->settings);
  g_assert_true (copy->findings != row->findings && copy->finish != row->finish);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/rows/tool-calls", test_tool_calls);
  ADD ("/rows/model-calls", test_model_calls);
  ADD ("/rows/spans", test_spans);
  ADD ("/rows/damaged-spans", test_damaged_spans);
  ADD ("/rows/drafts", test_drafts);
  ADD ("/rows/jobs", test_jobs);
  g_test_add_func ("/rows/turn-copy", test_turn_copy);

  return g_test_run ();
}
