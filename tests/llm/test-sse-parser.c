/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-sse-parser.h"
#include "llm/sg-text-sieve.h"
#include "llm/sg-utf8-joiner.h"

static gboolean
log_cb (const char *type,
        const char *data,
        gsize       length,
        gpointer    user_data)
{
  GString *log = user_data;

  g_string_append_printf (log, "[%s|%.*s]", type, (int) length, data);

  return strncmp (data, "stop", MIN (length, 4)) != 0 || length != 4;
}

/* Feeds @stream in pieces; each is a copy of its own, so that a pointer that is kept too long is found. */
static char *
parse (const char *stream,
       gsize       length,
       gsize       piece)
{
  GString *log = g_string_new (NULL);
  g_autoptr (SgSseParser) parser = sg_sse_parser_new (log_cb, log);

  for (gsize at = 0; at < length; at += piece)
    {
      gsize n = MIN (piece, length - at);
      g_autofree char *copy = g_memdup2 (stream + at, n);

      sg_sse_parser_feed (parser, copy, n);
    }
  sg_sse_parser_finish (parser);

  return g_string_free (log, FALSE);
}

static const struct { const char *stream; const char *events; } streams[] = {
  { "data: a\n\ndata: b\n\n", "[message|a][message|b]" },
  { "data: a\r\n\r\ndata: b\r\n\r\n", "[message|a][message|b]" },
  { "data: a\r\rdata: b\r\r", "[message|a][message|b]" },
  { "data: a\r\n\ndata: b\n\r\n", "[message|a][message|b]" },
  { "\xef\xbb\xbf" "data: a\n\n", "[message|a]" },
  { "\xef\xbb\xbf\ndata: a\n\n", "[message|a]" },
  { ":\n\n: ping\n\ndata: a\n: within\ndata: b\n\n:\n\n", "[message|a\nb]" },
  { "data:a\n\ndata:  b\n\ndata\n\ndata:\ndata:\n\n", "[message|a][message| b][message|][message|\n]" },
  { "event: error\ndata: x\n\ndata: y\n\n", "[error|x][message|y]" },
  { "id: 7\nretry: 10\nfoo: bar\ndatax: no\ndata: a\n\n", "[message|a]" },
  { "event: lonely\n\ndata: a\n\n", "[message|a]" },
  { "data: a\n\ndata: the end", "[message|a][message|the end]" },
  { "data: a\n", "[message|a]" },
  { "", "" },
  { "\n\n\r\r\n\n", "" },
  { "data: a\n\ndata: stop\n\ndata: b\n\n", "[message|a][message|stop]" },
};

static void
test_streams (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    for (gsize piece = 1; piece <= 40; piece++)
      {
        g_autofree char *events = parse (streams[i].stream, strlen (streams[i].stream), piece);

        g_assert_cmpstr (events, ==, streams[i].events);
      }
}

static void
test_bounds (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (SgSseParser) line = sg_sse_parser_new (log_cb, log);
  g_autoptr (SgSseParser) event = sg_sse_parser_new (log_cb, log);
  g_autofree char *much = g_strnfill (SG_SSE_MAX_LINE / 4, 'x');
  g_autofree char *long_line = g_strdup_printf ("data: %s\n", much);
  guint n = 0;

  while (sg_sse_parser_feed (line, much, strlen (much)))
    n++;
  g_assert_cmpuint (n, ==, 4);
  g_assert_true (sg_sse_parser_is_too_long (line));
  g_assert_false (sg_sse_parser_finish (line));

  for (n = 0; sg_sse_parser_feed (event, long_line, strlen (long_line)); n++)
    g_assert_cmpuint (n, <, 100);
  g_assert_true (sg_sse_parser_is_too_long (event));
  g_assert_cmpuint (log->len, ==, 0);
}

static void
test_joiner (void)
{
  static const struct { const char *bytes; gsize length; const char *text; } cases[] = {
    { "plain", 5, "plain" },
    { "Zürich 漢字 🎉", 19, "Zürich 漢字 🎉" },
    { "a\xff\xfe" "b", 4, "a\xef\xbf\xbd\xef\xbf\xbd" "b" },
    { "a\0b", 3, "a\xef\xbf\xbd" "b" },
    { "\xed\xa0\xbc\xed\xbe\x89", 6, "🎉" },
    { "\xed\xa0\xbcx\xed\xbe\x89y", 8, "\xef\xbf\xbdx\xef\xbf\xbdy" },
    { "\xed\xa0\xbc\xed\xa0\xbc\xed\xbe\x89", 9, "\xef\xbf\xbd🎉" },
    { "\xe2\x82" "a", 3, "\xef\xbf\xbd\xef\xbf\xbd" "a" },
    { "\xc0\xaf" "a", 3, "\xef\xbf\xbd\xef\xbf\xbd" "a" },
    { "\xf8\x88\x80\x80\x80" "a", 6, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" "a" },
    { "\xed\x95\x9c", 3, "한" },
    { "a\xf0\x9f\x8e", 4, "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece <= cases[i].length; piece++)
      {
        SgUtf8Joiner joiner = { 0 };
        g_autoptr (GString) scratch = g_string_new (NULL);
        g_autoptr (GString) out = g_string_new (NULL);

        for (gsize at = 0; at < cases[i].length; at += piece)
          {
            gsize length;
            const char *text = sg_utf8_joiner_push (&joiner, cases[i].bytes + at, MIN (piece, cases[i].length - at),
                                                    scratch, &length);

            g_assert_true (g_utf8_validate_len (text, length, NULL));
            g_string_append_len (out, text, length);
          }
        g_assert_cmpstr (out->str, ==, cases[i].text);
      }
}

static void
sieve_cb (SgSievePart  part,
          const char  *text,
          gsize        length,
          gpointer     user_data)
{
  GString **parts = user_data;

  g_assert_cmpuint (strlen (text), ==, length);
  g_string_append (parts[part], text);
}

static void
test_sieve (void)
{
  static const struct { const char *in; gboolean calls; const char *text; const char *reasoning; const char *call; } cases[] = {
    { "Once upon a time", TRUE, "Once upon a time", "", "" },
    { "<think>Hm.</think>\n\nOnce", TRUE, "Once", "Hm.", "" },
    { " \n<think>Hm <b>.</think>Once", FALSE, "Once", "Hm <b>.", "" },
    { "<think>never ends </thi", TRUE, "", "never ends </thi", "" },
    { "Once <think> he said", TRUE, "Once <think> he said", "", "" },
    { "Once</think> more", TRUE, "Once more", "", "" },
    { "a < b <<tool <tool_cal x", TRUE, "a < b <<tool <tool_cal x", "", "" },
    { "A<tool_call>{\"x\":1}</tool_call>B", TRUE, "AB", "", "{\"x\":1}" },
    { "A<tool_call>{\"x\":1}</tool_call>B", FALSE, "A<tool_call>{\"x\":1}</tool_call>B", "", "" },
    { "A<tool_call>{\"x\":1}", TRUE, "A", "", "{\"x\":1}" },
    { "\n\n \n", TRUE, "\n\n \n", "", "" },
    { "<", TRUE, "<", "", "" },
    { "<thinking> aloud", TRUE, "<thinking> aloud", "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece <= strlen (cases[i].in); piece++)
      {
        GString *parts[3] = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL) };
        g_autoptr (SgTextSieve) sieve = sg_text_sieve_new (sieve_cb, parts, cases[i].calls);

        for (gsize at = 0; at < strlen (cases[i].in); at += piece)
          {
            g_autofree char *copy = g_strndup (cases[i].in + at, piece);

            sg_text_sieve_push (sieve, copy, strlen (copy));
          }
        sg_text_sieve_finish (sieve);
        g_assert_cmpstr (parts[SG_SIEVE_TEXT]->str, ==, cases[i].text);
        g_assert_cmpstr (parts[SG_SIEVE_REASONING]->str, ==, cases[i].reasoning);
        g_assert_cmpstr (parts[SG_SIEVE_CALL]->str, ==, cases[i].call);
        for (guint j = 0; j < 3; j++)
          g_string_free (parts[j], TRUE);
      }
}

/* Neither white space without end nor a call without end is kept for ever. */
static void
test_sieve_bounds (void)
{
  GString *parts[3] = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL) };
  g_autoptr (SgTextSieve) spaces = sg_text_sieve_new (sieve_cb, parts, TRUE);
  g_autoptr (SgTextSieve) call = sg_text_sieve_new (sieve_cb, parts, TRUE);

  for (guint i = 0; i < 4000; i++)
    sg_text_sieve_push (spaces, " ", 1);
  g_assert_cmpuint (parts[SG_SIEVE_TEXT]->len, ==, 4000);

  sg_text_sieve_push (call, "A<tool_call>", 12);
  for (guint i = 0; i < 1000; i++)
    sg_text_sieve_push (call, "a hundred bytes of a call that does not come to any end, however long one may wait for it to do that", 100);
  g_assert_cmpuint (parts[SG_SIEVE_TEXT]->len, >, 100 * 1000);
  g_assert_cmpuint (parts[SG_SIEVE_CALL]->len, ==, 0);

  for (guint j = 0; j < 3; j++)
    g_string_free (parts[j], TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sse-parser/streams", test_streams);
  g_test_add_func ("/sse-parser/bounds", test_bounds);
  g_test_add_func ("/sse-parser/joiner", test_joiner);
  g_test_add_func ("/sse-parser/sieve", test_sieve);
  g_test_add_func ("/sse-parser/sieve-bounds", test_sieve_bounds);

  return g_test_run ();
}
