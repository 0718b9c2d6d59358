/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A turn as text for a terminal: its figures, a waterfall with a row a span, where the time went,
 * and what stands out.  Columns are counted as terminals do it, so that names in any script line
 * up; bars end in eighths of a column.
 */

#include "config.h"

#include "profile/sg-breakdown.h"
#include "profile/sg-export-private.h"
#include "profile/sg-format.h"
#include "profile/sg-turn-figures.h"
#include "profile/sg-verdict.h"

#define NAME_COLUMNS_MIN 12
#define NAME_COLUMNS_MAX 32
#define TIME_COLUMNS 10
#define BAR_MIN 10
#define MAX_INDENT 6

/* The columns of the waterfall. */
typedef struct
{
  guint  name;
  guint  bar;
  gint64 end_us;
} Columns;

static guint
measure_char (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;

  return g_unichar_iswide (c) ? 2 : 1;
}

static guint
measure_text (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += measure_char (g_utf8_get_char (p));

  return width;
}

/* Appends what fits of @text, and blanks up to @width.  Control characters would move the
 * terminal's cursor, so they show as dots. */
static void
append_column (GString    *line,
               const char *text,
               guint       width)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  guint full = measure_text (valid);
  guint room = full > width ? width - 1 : width;
  guint used = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (used + measure_char (c) > room)
        break;
      g_string_append_unichar (line, g_unichar_iscntrl (c) ? 0xb7 : c);
      used += measure_char (c);
    }

  if (full > width)
    {
      g_string_append (line, "…");
      used++;
    }
  g_string_append_printf (line, "%*s", (int) (width - used), "");
}

/* Appends a whole text, with a dot for each control character. */
static void
append_clean (GString    *text,
              const char *string)
{
  g_autofree char *valid = g_utf8_make_valid (string, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (text, g_unichar_iscntrl (c) ? 0xb7 : c);
    }
}

static void
append_right (GString    *line,
              const char *text,
              guint       width)
{
  guint used = measure_text (text);

  g_string_append_printf (line, "%*s%s", used < width ? (int) (width - used) : 0, "", text);
}

static void
append_bar (GString *line,
            gint64   begin_us,
            gint64   end_us,
            gint64   scale_us,
            guint    columns)
{
  static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
  double per_us = scale_us > 0 ? 8.0 * columns / (double) scale_us : 0;
  guint last = columns * 8;
  guint first = (guint) CLAMP (per_us * (double) begin_us, 0, last - 1) / 8;
  guint end = (guint) CLAMP (per_us * (double) end_us + 0.5, 0, last);
  guint length = end > first * 8 ? end - first * 8 : 0;

  g_string_append_printf (line, "%*s", (int) first, "");
  for (guint i = 0; i < length / 8; i++)
    g_string_append (line, "█");
  g_string_append (line, length < 1 ? "▏" : eighths[length % 8]);
}

static guint
get_indent (SgTrace      *trace,
            const SgSpan *span)
{
  guint indent = 0;

  while (span->parent != 0 && indent < MAX_INDENT)
    {
      span = sg_trace_get_span (trace, span->parent);
      indent += 2;
    }

  return indent;
}

static void
append_span (GString       *text,
             SgTrace       *trace,
             const SgSpan  *span,
             const Columns *columns)
{
  gint64 us = sg_trace_get_span_duration (trace, span->id);
  g_autofree char *begin = sg_format_duration (MAX (0, span->begin_us));
  g_autofree char *took = sg_format_duration (us);
  g_autofree char *name = g_strdup_printf ("%*s%s", (int) get_indent (trace, span), "", span->name);

  append_column (text, name, columns->name);
  append_right (text, begin, TIME_COLUMNS);
  append_right (text, took, TIME_COLUMNS);
  g_string_append (text, span->end_us == SG_SPAN_RUNNING ? "… " : "  ");
  append_bar (text, span->begin_us, span->begin_us + us, columns->end_us, columns->bar);
  g_string_append_c (text, '\n');
}

/* Rows come in the order of a tree: what belongs to a span follows it. */
static void
append_children (GString       *text,
                 SgTrace       *trace,
                 guint          parent,
                 const Columns *columns)
{
  for (guint id = parent + 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *span = sg_trace_get_span (trace, id);

      if (span->parent != parent)
        continue;
      append_span (text, trace, span, columns);
      append_children (text, trace, id, columns);
    }
}

static void
measure_columns (Columns *columns,
                 SgTrace *trace,
                 guint    width)
{
  guint rest;

  columns->name = NAME_COLUMNS_MIN;
  for (guint id = 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *span = sg_trace_get_span (trace, id);

      columns->name = MAX (columns->name, measure_text (span->name) + get_indent (trace, span));
      columns->end_us = MAX (columns->end_us,
                             span->begin_us + sg_trace_get_span_duration (trace, id));
    }

  columns->name = MIN (columns->name, NAME_COLUMNS_MAX);
  rest = columns->name + 2 * TIME_COLUMNS + 2;
  columns->bar = width > rest + BAR_MIN ? width - rest : BAR_MIN;
}

static void
append_figures (GString *text,
                SgTrace *trace)
{
  SgTurnFigures figures;
  g_autofree char *first = NULL;
  g_autofree char *total = NULL;
  g_autofree char *rate = NULL;
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;
  g_autofree char *cached = NULL;
  g_autofree char *caches = NULL;

  sg_turn_figures_measure (trace, &figures);
  first = sg_format_duration (figures.first_word_us);
  total = sg_format_duration (figures.total_us);
  rate = sg_format_rate (figures.rate);
  in = sg_format_tokens (figures.tokens_in, figures.estimated);
  out = sg_format_tokens (figures.tokens_out, figures.estimated);
  cached = sg_format_tokens (figures.tokens_cached, FALSE);

  g_string_append_printf (text, "%s · first word %s · %s · tokens in %s, out %s, reused %s",
                          total, first, rate, in, out, cached);
  if (figures.saving_us >= 0)
    {
      g_autofree char *saving = sg_format_duration (figures.saving_us);

      g_string_append_printf (text, " · then saved in %s", saving);
    }
  caches = sg_turn_figures_dup_cache_text (&figures);
  if (caches != NULL)
    g_string_append_printf (text, " · %s", caches);
  g_string_append (text, "\n\n");
}

static void
append_work (GString *text,
             SgTrace *trace)
{
  SgBreakdown breakdown;
  int percents[SG_N_WORKS];
  const char *separator = "";

  sg_breakdown_measure (trace, &breakdown);
  sg_breakdown_get_percents (&breakdown, percents);

  g_string_append_c (text, '\n');
  for (guint i = 0; i < SG_N_WORKS; i++)
    {
      if (percents[i] == 0)
        continue;
      g_string_append_printf (text, "%s%s %d %%", separator, sg_work_to_string (i), percents[i]);
      separator = " · ";
    }
  g_string_append_c (text, '\n');
}

static void
append_flags (GString *text,
              SgTrace *trace)
{
  g_autoptr (GPtrArray) flags = sg_verdict_list_flags (trace);

  for (guint i = 0; i < flags->len; i++)
    {
      const SgFlag *flag = g_ptr_array_index (flags, i);

      g_string_append (text, "! ");
      append_clean (text, flag->text);
      g_string_append_printf (text, " %s\n", flag->advice);
    }
}

/* Appends the line that names a turn. */
void
sg_export_write_title (GString    *text,
                       gint64      depth,
                       const char *title)
{
  g_string_append_printf (text, "turn %" G_GINT64_FORMAT, depth);
  if (title != NULL && *title != '\0')
    {
      g_string_append (text, " · ");
      append_clean (text, title);
    }
  g_string_append_c (text, '\n');
}

/* Appends the text of a turn, @width columns wide where that is enough. */
void
sg_export_write_table (GString *text,
                       SgTrace *trace,
                       guint    width)
{
  Columns columns = { 0 };

  if (sg_trace_get_n_spans (trace) == 0)
    {
      g_string_append (text, "nothing was recorded\n");
      return;
    }

  append_figures (text, trace);
  measure_columns (&columns, trace, width);
  append_column (text, "span", columns.name);
  append_right (text, "begin", TIME_COLUMNS);
  append_right (text, "took", TIME_COLUMNS);
  g_string_append_c (text, '\n');
  append_children (text, trace, 0, &columns);
  append_work (text, trace);
  append_flags (text, trace);
}
