/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm-fixture.h"
#include "llm/sg-chunk-frame.h"
#include "llm/sg-chunk-reader.h"

static const SgErrorContext context = { .server = "http://localhost:8080", .model = "tiny" };

#define DELTA(members) "{\"choices\":[{\"index\":0,\"delta\":{" members "}}]}"
#define CALL(members) DELTA ("\"tool_calls\":[{" members "}]")
#define FINISH(reason) "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}"

/* Reads chunks, up to NULL, and ends the reply. */
static Recorder *
read_chunks (const char *first,
             ...)
{
  Recorder *recorder = recorder_new ();
  g_autoptr (SgChunkReader) reader = sg_chunk_reader_new (recorder_event, recorder, TRUE, &context);
  va_list args;

  va_start (args, first);
  for (const char *chunk = first; chunk != NULL && recorder->error == NULL; chunk = va_arg (args, const char *))
    sg_chunk_reader_take (reader, chunk, strlen (chunk), &recorder->error);
  va_end (args);

  if (recorder->error == NULL)
    recorder->reason = sg_chunk_reader_finish (reader);
  else
    sg_chunk_reader_flush (reader);
  recorder->usage = sg_chunk_reader_get_figures (reader)->usage;

  return recorder;
}

static const char *
call (Recorder *recorder,
      guint     index)
{
  g_assert_cmpuint (index, <, recorder->complete->len);

  return g_ptr_array_index (recorder->complete, index);
}

static void
test_text (void)
{
  g_autoptr (Recorder) recorder = read_chunks (
    DELTA ("\"role\":\"assistant\",\"content\":null"), DELTA ("\"role\":\"assistant\",\"content\":null"), DELTA (""),
    DELTA ("\"content\":\"Once\""), DELTA ("\"content\":\"\""), DELTA ("\"role\":\"assistant\",\"content\":\" upon\""),
    "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"NO\"}},{\"delta\":{\"content\":\" a time\"},\"index\":0}]}",
    "{\"choices\":[]}", "{}", "{\"choices\":null,\"error\":null}", FINISH ("stop"), NULL);

  g_assert_no_error (recorder->error);
  g_assert_cmpstr (recorder->text->str, ==, "Once upon a time");
  g_assert_cmpint (recorder->reason, ==, SG_FINISH_STOP);
  g_assert_true (recorder->usage.estimated);
  g_assert_cmpint (recorder->usage.output, ==, 4);
}

static void
test_reasoning (void)
{
  g_autoptr (Recorder) recorder = read_chunks (
    DELTA ("\"reasoning_content\":\"a\""), DELTA ("\"reasoning\":\"b\",\"content\":null"),
    DELTA ("\"reasoning\":\"c\",\"reasoning_content\":\"c\""), DELTA ("\"content\":\"Yes\",\"reasoning_content\":null"), NULL);
  g_autoptr (Recorder) leaked = read_chunks (DELTA ("\"content\":\"<th\""), DELTA ("\"content\":\"ink>a</think>\\n\""),
                                             DELTA ("\"content\":\"Yes\""), NULL);

  g_assert_cmpstr (recorder->reasoning->str, ==, "abc");
  g_assert_cmpstr (recorder->text->str, ==, "Yes");
  g_assert_cmpstr (leaked->reasoning->str, ==, "a");
  g_assert_cmpstr (leaked->text->str, ==, "Yes");
}

/* A chunk that is the one before with other words is not read again, and says the same as if it were. */
static void
test_same_but_for_words (void)
{
  g_autoptr (Recorder) text = read_chunks (
    DELTA ("\"content\":\"\""), DELTA ("\"content\":\"a\""), DELTA ("\"content\":\"b\\n\""),
    DELTA ("\"content\":\"\\u0063\""), DELTA ("\"content\":\"\xc3\""), DELTA ("\"content\":\"\xa4\""),
    DELTA ("\"content\":\"\\\"}]\""), DELTA ("\"content\":\"<th\""), DELTA ("\"content\":\"ink\""),
    DELTA ("\"content\":\"e\",\"role\":\"assistant\""), DELTA ("\"content\":\"f\",\"role\":\"assistant\""),
    DELTA ("\"content\":\"\""), FINISH ("stop"), NULL);
  g_autoptr (Recorder) mixed = read_chunks (
    DELTA ("\"reasoning_content\":\"a\""), DELTA ("\"reasoning_content\":\"b\""), DELTA ("\"content\":\"c\""),
    DELTA ("\"content\":\"d\""), DELTA ("\"reasoning_content\":\"e\""),
    DELTA ("\"content\":\"f\",\"reasoning_content\":\"g\""), DELTA ("\"content\":\"h\",\"reasoning_content\":\"g\""),
    CALL ("\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}"), NULL);
  g_autoptr (Recorder) broken = read_chunks (DELTA ("\"content\":\"a\""), DELTA ("\"content\":\"b\tc\""), NULL);
  g_autoptr (Recorder) torn = read_chunks (DELTA ("\"content\":\"a\""), DELTA ("\"content\":\"b\"c\""), NULL);

  g_assert_cmpstr (text->text->str, ==, "ab\nc\xc3\xa4\"}]<thinkef");
  g_assert_cmpstr (mixed->reasoning->str, ==, "abegg");
  g_assert_cmpstr (mixed->text->str, ==, "cdfh");
  g_assert_cmpstr (call (mixed, 0), ==, "a({})");
  g_assert_cmpstr (broken->text->str, ==, "a");
  g_assert_error (broken->error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);
  g_assert_error (torn->error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);
}

/* Words that come together are one event, before what comes behind them. */
static void
test_together (void)
{
  Recorder *recorder = recorder_new ();
  g_autoptr (SgChunkReader) reader = sg_chunk_reader_new (recorder_event, recorder, TRUE, &context);
  static const char *const chunks[] = {
    DELTA ("\"content\":\"Once\""), DELTA ("\"content\":\" upon\""), DELTA ("\"reasoning_content\":\"a\""),
    DELTA ("\"reasoning_content\":\"b\""), DELTA ("\"content\":\" a\""),
    CALL ("\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":\"\"}"),
  };

  for (guint i = 0; i < 2; i++)
    g_assert_true (sg_chunk_reader_take (reader, chunks[i], strlen (chunks[i]), NULL));
  g_assert_cmpuint (recorder->n_events, ==, 0);
  sg_chunk_reader_hand_on (reader);
  g_assert_cmpstr (recorder->text->str, ==, "Once upon");
  g_assert_cmpuint (recorder->n_events, ==, 1);
  sg_chunk_reader_hand_on (reader);
  g_assert_cmpuint (recorder->n_events, ==, 1);

  for (guint i = 2; i < 5; i++)
    g_assert_true (sg_chunk_reader_take (reader, chunks[i], strlen (chunks[i]), NULL));
  g_assert_cmpstr (recorder->reasoning->str, ==, "ab");
  g_assert_cmpstr (recorder->text->str, ==, "Once upon");
  g_assert_true (sg_chunk_reader_take (reader, chunks[5], strlen (chunks[5]), NULL));
  g_assert_cmpstr (recorder->text->str, ==, "Once upon a");
  g_assert_cmpuint (recorder->n_opened, ==, 1);
  sg_chunk_reader_finish (reader);
  recorder_free (recorder);
}

/* Figures that come with each chunk are read from each. */
static void
test_figures_in_each (void)
{
#define COUNTED(words, n) "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" words "\"}}]," \
                          "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":" n "}}"
  g_autoptr (Recorder) recorder = read_chunks (COUNTED ("a", "1"), COUNTED ("b", "2"), COUNTED ("c", "3"), NULL);

  g_assert_cmpstr (recorder->text->str, ==, "abc");
  g_assert_cmpint (recorder->usage.output, ==, 3);
}

static void
test_frame (void)
{
  static const char chunk[] = "{\"t\":\"one\",\"n\":1}";
  static const char same[] = "{\"t\":\"another\",\"n\":1}";
  static const char *const others[] = { "{\"t\":\"a\",\"n\":2}", "{\"T\":\"a\",\"n\":1}", "{\"t\":\"\\n\",\"n\":1}",
                                        "{\"t\":\",\"n\":1}", "{\"t\":\"a\",\"n\":1", "" };
  SgChunkFrame frame = { 0 };
  gsize n_words = 0;
  g_autofree char *huge = g_strnfill (8192, ' ');

  g_assert_null (sg_chunk_frame_match (&frame, chunk, strlen (chunk), &n_words));
  sg_chunk_frame_learn (&frame, chunk, strlen (chunk), chunk + 6, 3, TRUE);
  g_assert_true (sg_chunk_frame_match (&frame, same, strlen (same), &n_words) == same + 6);
  g_assert_cmpuint (n_words, ==, strlen ("another"));
  g_assert_true (frame.reasoning);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (sg_chunk_frame_match (&frame, others[i], strlen (others[i]), &n_words));

  /* One that is as long as no chunk is not kept. */
  sg_chunk_frame_learn (&frame, huge, strlen (huge), huge + 1, 1, FALSE);
  g_assert_null (sg_chunk_frame_match (&frame, huge, strlen (huge), &n_words));
  sg_chunk_frame_clear (&frame);
}

/* The words and calls before a broken chunk stay; half a call is never complete. */
static void
test_broken_chunk (void)
{
  g_autoptr (Recorder) recorder = read_chunks (
    DELTA ("\"content\":\"Wait.\",\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":\"\"}}]"),
    CALL ("\"index\":0,\"function\":{\"arguments\":\"{\\\"t\\\":\\\"}\\\\\\\"\""), CALL ("\"index\":0,\"function\":{\"arguments\":\"}\\\"}\"}"),
    CALL ("\"index\":1,\"id\":\"y\",\"function\":{\"name\":\"b\",\"arguments\":\"{}\"}"), FINISH ("tool_calls"), NULL);

  /* The second chunk lacks a brace. */
  g_assert_error (recorder->error, SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);
  g_assert_cmpuint (recorder->n_opened, ==, 1);
  g_assert_cmpuint (recorder->complete->len, ==, 0);
}

/* A call is complete with its last brace, before anything else comes. */
static void
test_complete_at_once (void)
{
  Recorder *recorder = recorder_new ();
  g_autoptr (SgChunkReader) reader = sg_chunk_reader_new (recorder_event, recorder, TRUE, &context);
  static const char *const chunks[] = {
    CALL ("\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"t\\\":\"}"),
    CALL ("\"index\":0,\"function\":{\"arguments\":\"\\\"}{\\\\\\\"\"}"),
    CALL ("\"index\":0,\"function\":{\"arguments\":\"\\\"\"}"),
  };
  static const char last[] = CALL ("\"index\":0,\"function\":{\"arguments\":\" }\"}");

  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
    g_assert_true (sg_chunk_reader_take (reader, chunks[i], strlen (chunks[i]), NULL));
  g_assert_cmpuint (recorder->complete->len, ==, 0);
  g_assert_true (sg_chunk_reader_take (reader, last, strlen (last), NULL));
  g_assert_cmpstr (call (recorder, 0), ==, "a({\"t\":\"}{\\\"\" })");
  g_assert_cmpint (sg_chunk_reader_finish (reader), ==, SG_FINISH_OTHER);
  g_assert_cmpuint (recorder->complete->len, ==, 1);
  recorder_free (recorder);
}

static void
test_calls_of_all_kinds (void)
{
  g_autoptr (Recorder) object = read_chunks (
    CALL ("\"function\":{\"arguments\":{\"n\": [1]},\"name\":\"a\"}"), CALL ("\"function\":{\"name\":\"b\",\"arguments\":{}}"),
    FINISH ("stop"), NULL);
  g_autoptr (Recorder) zeros = read_chunks (
    CALL ("\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}"),
    CALL ("\"index\":0,\"id\":\"y\",\"function\":{\"name\":\"b\",\"arguments\":\"{}\"}"), NULL);
  g_autoptr (Recorder) ids = read_chunks (
    CALL ("\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":\"{\"}"), CALL ("\"id\":\"y\",\"function\":{\"name\":\"b\",\"arguments\":\"{\"}"),
    CALL ("\"id\":\"x\",\"function\":{\"arguments\":\"}\"}"), CALL ("\"id\":\"y\",\"function\":{\"name\":\"b\",\"arguments\":\"}\"}"), NULL);
  g_autoptr (Recorder) late_name = read_chunks (
    CALL ("\"index\":0,\"id\":\"x\""), CALL ("\"index\":0,\"function\":{\"arguments\":\"{\"}"), CALL ("\"index\":0,\"function\":{\"name\":\"a\"}"),
    CALL ("\"index\":0,\"function\":{\"arguments\":\"}\"}"), NULL);
  g_autoptr (Recorder) nothing = read_chunks (
    CALL ("\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":null}"), CALL ("\"index\":1,\"function\":{\"name\":\"b\"}"),
    FINISH ("tool_calls"), NULL);
  g_autoptr (Recorder) nameless = read_chunks (CALL ("\"index\":0,\"function\":{\"arguments\":\"{}\"}"), NULL);
  g_autoptr (Recorder) leaked = read_chunks (
    DELTA ("\"content\":\"Look. <tool_\""), DELTA ("\"content\":\"call>{\\\"name\\\":\\\"a\\\",\\\"arguments\\\":{\\\"n\\\":1}}</tool_call>\""),
    FINISH ("stop"), NULL);
  g_autoptr (Recorder) no_call = read_chunks (DELTA ("\"content\":\"<tool_call>what?</tool_call>\""), FINISH ("stop"), NULL);

  g_assert_cmpstr (call (object, 0), ==, "a({\"n\": [1]})");
  g_assert_cmpstr (call (object, 1), ==, "b({})");
  g_assert_cmpint (object->reason, ==, SG_FINISH_TOOL_CALLS);
  g_assert_cmpuint (zeros->complete->len, ==, 2);
  g_assert_cmpstr (call (zeros, 1), ==, "b({})");
  g_assert_cmpstr (call (ids, 0), ==, "a({})");
  g_assert_cmpstr (call (ids, 1), ==, "b({})");
  g_assert_cmpuint (ids->n_opened, ==, 2);
  g_assert_cmpstr (call (late_name, 0), ==, "a({})");
  g_assert_cmpstr (call (nothing, 0), ==, "a({})");
  g_assert_cmpstr (call (nothing, 1), ==, "b({})");
  g_assert_cmpuint (nameless->n_opened, ==, 0);
  g_assert_cmpuint (nameless->warnings->len, >, 0);
  g_assert_cmpstr (call (leaked, 0), ==, "a({\"n\":1})");
  g_assert_cmpstr (leaked->text->str, ==, "Look. ");
  g_assert_cmpint (leaked->reason, ==, SG_FINISH_TOOL_CALLS);
  g_assert_cmpstr (no_call->text->str, ==, "<tool_call>what?</tool_call>");
}

/* The limit of tokens cuts the last call only. */
static void
test_cut_call (void)
{
  g_autoptr (Recorder) cut = read_chunks (
    CALL ("\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}"),
    CALL ("\"index\":1,\"id\":\"y\",\"function\":{\"name\":\"b\",\"arguments\":\"{\\\"c\"}"), FINISH ("length"), NULL);
  g_autoptr (Recorder) broken = read_chunks (
    CALL ("\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"c\"}"), FINISH ("tool_calls"), NULL);

  g_assert_cmpuint (cut->complete->len, ==, 1);
  g_assert_cmpuint (cut->n_cut, ==, 1);
  g_assert_cmpint (cut->reason, ==, SG_FINISH_LENGTH);
  g_assert_cmpstr (call (broken, 0), ==, "a({\"c)");
  g_assert_cmpuint (broken->n_cut, ==, 0);
}

static void
test_usage (void)
{
  g_autoptr (Recorder) openai = read_chunks (
    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":null}",
    "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50,\"total_tokens\":150,\"prompt_tokens_details\":"
    "{\"cached_tokens\":64,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":30}}}", NULL);
  g_autoptr (Recorder) llama = read_chunks (
    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"eos\"}],\"timings\":{\"cache_n\":36,\"prompt_n\":4,\"prompt_ms\":1.5,"
    "\"predicted_n\":12,\"predicted_ms\":4.642,\"draft_n\":8,\"draft_n_accepted\":5}}", NULL);
  g_autoptr (Recorder) progress = read_chunks (
    "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}],\"prompt_progress\":{\"total\":432,\"cache\":16,\"processed\":64,"
    "\"time_ms\":436}}", NULL);

  g_assert_cmpint (openai->usage.input, ==, 100);
  g_assert_cmpint (openai->usage.output, ==, 50);
  g_assert_cmpint (openai->usage.cached, ==, 64);
  g_assert_cmpint (openai->usage.reasoning, ==, 30);
  g_assert_cmpint (openai->usage.prompt_us, ==, -1);
  g_assert_false (openai->usage.estimated);
  g_assert_cmpint (llama->usage.input, ==, 40);
  g_assert_cmpint (llama->usage.output, ==, 12);
  g_assert_cmpint (llama->usage.cached, ==, 36);
  g_assert_cmpint (llama->usage.prompt_us, ==, 1500);
  g_assert_cmpint (llama->usage.predicted_us, ==, 4642);
  g_assert_cmpuint (progress->n_progress, ==, 1);
  g_assert_nonnull (strstr (progress->log->str, "64/432"));
}

/* What no model can have read or written is not believed so far that it could not be added up. */
static void
test_huge_usage (void)
{
  g_autoptr (Recorder) llama = read_chunks (
    "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"eos\"}],\"timings\":{\"cache_n\":9223372036854775807,"
    "\"prompt_n\":9223372036854775807,\"prompt_ms\":1e300,\"predicted_n\":1e30,\"predicted_ms\":-1e300}}", NULL);

  g_assert_cmpint (llama->usage.input, >=, llama->usage.cached);
  g_assert_cmpint (llama->usage.input, <=, G_MAXINT64 / 1000);
  g_assert_cmpint (llama->usage.output, <=, G_MAXINT64 / 1000);
  g_assert_cmpint (llama->usage.output, >, 0);
  g_assert_cmpint (llama->usage.prompt_us, >, 0);
  g_assert_cmpint (llama->usage.predicted_us, ==, -1);
}

static void
test_reasons (void)
{
  static const struct { const char *chunk; SgFinishReason reason; } reasons[] = {
    { FINISH ("stop"), SG_FINISH_STOP }, { FINISH ("length"), SG_FINISH_LENGTH }, { FINISH ("max_tokens"), SG_FINISH_LENGTH },
    { FINISH ("content_filter"), SG_FINISH_FILTER }, { FINISH ("something new"), SG_FINISH_OTHER }, { FINISH (""), SG_FINISH_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (Recorder) recorder = read_chunks (reasons[i].chunk, NULL);

      g_assert_cmpint (recorder->reason, ==, reasons[i].reason);
    }
}

static void
test_whole (void)
{
  g_autoptr (Recorder) recorder = read_chunks (
    "{\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Once\",\"tool_calls\":[{\"id\":\"x\","
    "\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}},{\"id\":\"y\",\"type\":\"function\",\"function\":"
    "{\"name\":\"a\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", NULL);

  g_assert_no_error (recorder->error);
  g_assert_cmpstr (recorder->text->str, ==, "Once");
  g_assert_cmpuint (recorder->complete->len, ==, 2);
  g_assert_cmpint (recorder->usage.output, ==, 2);
}

static void
test_odd_types (void)
{
  g_autoptr (Recorder) recorder = read_chunks (
    "{\"choices\":{}}", "{\"choices\":[1,null,[],\"x\"]}", "{\"choices\":[{\"delta\":[]}]}", "{\"choices\":[{\"delta\":{\"content\":{\"a\":1}}}]}",
    DELTA ("\"content\":[{\"type\":\"text\"}]"), DELTA ("\"tool_calls\":{}"), DELTA ("\"tool_calls\":[null,1]"), CALL ("\"index\":\"0\""),
    CALL ("\"function\":\"a\""), CALL ("\"index\":-5,\"id\":7,\"function\":{\"name\":null,\"arguments\":[]}"), "{\"usage\":7,\"timings\":[],\"prompt_progress\":\"x\"}",
    "{\"choices\":[{\"index\":9223372036854775807,\"finish_reason\":{}}]}", NULL);

  g_assert_no_error (recorder->error);
  g_assert_cmpuint (recorder->text->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chunk-reader/text", test_text);
  g_test_add_func ("/chunk-reader/reasoning", test_reasoning);
  g_test_add_func ("/chunk-reader/same-but-for-words", test_same_but_for_words);
  g_test_add_func ("/chunk-reader/together", test_together);
  g_test_add_func ("/chunk-reader/figures-in-each", test_figures_in_each);
  g_test_add_func ("/chunk-reader/frame", test_frame);
  g_test_add_func ("/chunk-reader/broken-chunk", test_broken_chunk);
  g_test_add_func ("/chunk-reader/complete-at-once", test_complete_at_once);
  g_test_add_func ("/chunk-reader/calls-of-all-kinds", test_calls_of_all_kinds);
  g_test_add_func ("/chunk-reader/cut-call", test_cut_call);
  g_test_add_func ("/chunk-reader/usage", test_usage);
  g_test_add_func ("/chunk-reader/huge-usage", test_huge_usage);
  g_test_add_func ("/chunk-reader/reasons", test_reasons);
  g_test_add_func ("/chunk-reader/whole", test_whole);
  g_test_add_func ("/chunk-reader/odd-types", test_odd_types);

  return g_test_run ();
}
