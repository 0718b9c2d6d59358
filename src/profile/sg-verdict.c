/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the figures of a turn mean, in words: where the time went, what stands out, what is usual
 * and what to do about it.
 */

#include "config.h"

#include "profile/sg-verdict.h"

#include <glib/gi18n-lib.h>

#include "profile/sg-breakdown.h"
#include "profile/sg-format.h"
#include "profile/sg-turn-figures.h"

#define SLOW_MODEL_US (30 * G_USEC_PER_SEC)
#define LATE_FIRST_WORD_US (10 * G_USEC_PER_SEC)
#define SLOW_TOOL_US (1 * G_USEC_PER_SEC)
#define SLOW_TURN_US (30 * G_USEC_PER_SEC)
#define REUSED_AT_LEAST 0.5

/* Below this many tokens, reading the prompt again costs nothing that a player could feel. */
#define PROMPT_WORTH_REUSING 512

/* A part of the time below this share is left out of the verdict. */
#define WORTH_TELLING 0.05

/**
 * sg_flag_kind_to_string:
 * @kind: a kind of flag
 *
 * Returns: its name, as scripts read it
 */
const char *
sg_flag_kind_to_string (SgFlagKind kind)
{
  static const char *const names[] = {
    "slow-model", "late-first-word", "slow-tool", "slow-turn", "prompt-not-reused",
  };

  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (names), NULL);

  return names[kind];
}

/**
 * sg_flag_free:
 * @self: (transfer full): a flag
 */
void
sg_flag_free (SgFlag *self)
{
  g_free (self->text);
  g_free (self->advice);
  g_free (self);
}

static void
add_sentence (GString *text,
              char    *sentence)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
  g_free (sentence);
}

static char *
tell_reading (const SgTurnFigures *figures)
{
  g_autofree char *took = sg_format_duration (figures->reading_us);
  g_autofree char *tokens = sg_format_tokens (figures->tokens_in, figures->estimated);
  g_autofree char *reused = sg_format_tokens (figures->tokens_cached, FALSE);

  if (figures->tokens_in < 0)
    return g_strdup_printf (_("The model read the prompt for %s."), took);
  if (figures->tokens_cached > 0)
    return g_strdup_printf (_("The model took %s to read a prompt of %s tokens, %s of them reused."),
                            took, tokens, reused);

  return g_strdup_printf (_("The model read %s tokens in %s."), tokens, took);
}

static char *
tell_writing (const SgTurnFigures *figures)
{
  g_autofree char *took = sg_format_duration (figures->writing_us);
  g_autofree char *tokens = sg_format_tokens (figures->tokens_out, figures->estimated);
  g_autofree char *rate = sg_format_rate (figures->rate);

  if (figures->tokens_out < 0)
    return g_strdup_printf (_("Writing took %s."), took);

  return g_strdup_printf (_("The model wrote %s tokens in %s (%s)."), tokens, took, rate);
}

static char *
tell_tools (const SgTurnFigures *figures,
            double               us)
{
  g_autofree char *took = sg_format_duration ((gint64) us);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u tool call took %s of the turn.",
                                       "%u tool calls together took %s of the turn.",
                                       figures->n_tools),
                          figures->n_tools, took);
}

/* Says what the first word waited for: the part that the player feels most. */
static char *
tell_first_word (const SgTurnFigures *figures)
{
  g_autofree char *first = sg_format_duration (figures->first_word_us);
  g_autofree char *total = sg_format_duration (figures->total_us);

  if (figures->first_word_us < 0)
    return g_strdup_printf (_("The turn took %s."), total);

  return g_strdup_printf (_("The first word came after %s, the last after %s."), first, total);
}

static char *
tell_time (const char *format,
           double      us)
{
  g_autofree char *took = sg_format_duration ((gint64) us);

  return g_strdup_printf (format, took);
}

static gboolean
is_worth_telling (const SgBreakdown *breakdown,
                  SgWork             work)
{
  return breakdown->us[work] > WORTH_TELLING * (double) breakdown->total_us;
}

/**
 * sg_verdict_dup_text:
 * @trace: the trace of a turn
 *
 * Says where the time of a turn went, leaving out what took less than a twentieth of it.
 *
 * Returns: (transfer full): a few sentences, translated
 */
char *
sg_verdict_dup_text (SgTrace *trace)
{
  GString *text = g_string_new (NULL);
  SgTurnFigures figures;
  SgBreakdown parts;

  g_return_val_if_fail (SG_IS_TRACE (trace), g_string_free (text, FALSE));

  sg_turn_figures_measure (trace, &figures);
  sg_breakdown_measure (trace, &parts);

  add_sentence (text, tell_first_word (&figures));
  if (is_worth_telling (&parts, SG_WORK_WAITING))
    add_sentence (text, tell_time (_("%s went into waiting."), parts.us[SG_WORK_WAITING]));
  if (is_worth_telling (&parts, SG_WORK_CONNECT))
    add_sentence (text, tell_time (_("The server took %s to accept the request."),
                                   parts.us[SG_WORK_CONNECT]));
  if (is_worth_telling (&parts, SG_WORK_READING))
    add_sentence (text, tell_reading (&figures));
  if (is_worth_telling (&parts, SG_WORK_WRITING))
    add_sentence (text, tell_writing (&figures));
  if (figures.n_tools > 0 && is_worth_telling (&parts, SG_WORK_TOOLS))
    add_sentence (text, tell_tools (&figures, parts.us[SG_WORK_TOOLS]));
  if (is_worth_telling (&parts, SG_WORK_OWN))
    add_sentence (text, tell_time (_("Storyglass itself took %s."), parts.us[SG_WORK_OWN]));
  if ((double) figures.saving_us > WORTH_TELLING * (double) parts.total_us)
    add_sentence (text, tell_time (_("Saving the turn took %s after that, while you could go on."),
                                   (double) figures.saving_us));

  return g_string_free (text, FALSE);
}

/* Takes @text. */
static void
add_flag (GPtrArray  *flags,
          SgFlagKind  kind,
          guint       span,
          char       *text,
          const char *advice)
{
  SgFlag *flag = g_new0 (SgFlag, 1);

  flag->kind = kind;
  flag->span = span;
  flag->text = text;
  flag->advice = g_strdup (advice);
  g_ptr_array_add (flags, flag);
}

static void
check_model (GPtrArray    *flags,
             SgTrace      *trace,
             const SgSpan *span)
{
  gint64 us = sg_trace_get_span_duration (trace, span->id);
  gint64 in = sg_span_get_int (span, "tokens.in", -1);
  gint64 cached = sg_span_get_int (span, "tokens.cached", -1);

  if (us > SLOW_MODEL_US)
    {
      g_autofree char *took = sg_format_duration (us);

      add_flag (flags, SG_FLAG_SLOW_MODEL, span->id,
                g_strdup_printf (_("A call of %s took %s."), span->name, took),
                _("A local model usually takes 1 to 5 s, a large one in the cloud 2 to 8 s, a small "
                  "one 0.5 to 2 s. Choose a smaller or more strongly quantised model, let more of it "
                  "run on the graphics card, or limit the length of its replies."));
    }

  if (in >= PROMPT_WORTH_REUSING && cached >= 0 && (double) cached < REUSED_AT_LEAST * (double) in)
    add_flag (flags, SG_FLAG_PROMPT_NOT_REUSED, span->id,
              g_strdup_printf (_("The server reused %d %% of the prompt."),
                               (int) (100 * cached / in)),
              _("Usually all but the newest part is reused, and the first turn after a start reads "
                "everything. If it happens each turn, look whether other programs share the server's "
                "slot, whether its context is as large as the preset's, and whether its prompt cache "
                "is on."));
}

static void
check_tool (GPtrArray    *flags,
            SgTrace      *trace,
            const SgSpan *span)
{
  gint64 us = sg_trace_get_span_duration (trace, span->id);
  g_autofree char *took = sg_format_duration (us);

  if (us > SLOW_TOOL_US)
    add_flag (flags, SG_FLAG_SLOW_TOOL, span->id,
              g_strdup_printf (_("The tool %s took %s."), span->name, took),
              _("A tool usually takes less than 100 ms. Look at its row for what it waited for: "
                "another tool that touches the same things, or a slow disk."));
}

static void
check_turn (GPtrArray *flags,
            SgTrace   *trace)
{
  SgTurnFigures figures;
  g_autofree char *took = NULL;
  g_autofree char *first = NULL;

  sg_turn_figures_measure (trace, &figures);
  took = sg_format_duration (figures.total_us);
  first = sg_format_duration (figures.first_word_us);

  if (figures.total_us > SLOW_TURN_US)
    add_flag (flags, SG_FLAG_SLOW_TURN, 0,
              g_strdup_printf (_("The turn took %s."), took),
              _("A simple turn usually takes 2 to 5 s, one with several tools 5 to 15 s. The largest "
                "part of the bar above says where to begin; the preset Fast keeps prompts short."));

  if (figures.first_word_us > LATE_FIRST_WORD_US)
    add_flag (flags, SG_FLAG_LATE_FIRST_WORD, 0,
              g_strdup_printf (_("The first word came after %s."), first),
              _("With a prompt that is mostly reused it usually comes within 2 s. If reading the "
                "prompt took the time, shorten the context; if connecting did, the server was "
                "loading the model or busy; if the model thought first, turn its reasoning down."));
}

/**
 * sg_verdict_list_flags:
 * @trace: the trace of a turn, which may still run
 *
 * Lists what stands out in a turn, that about the whole of it first.  What was done in the background after
 * it held nobody up.
 *
 * Returns: (transfer full) (element-type SgFlag): flags; empty where all is well
 */
GPtrArray *
sg_verdict_list_flags (SgTrace *trace)
{
  GPtrArray *flags = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_flag_free);
  gint64 end_us;

  g_return_val_if_fail (SG_IS_TRACE (trace), flags);

  end_us = sg_breakdown_find_end (trace);
  check_turn (flags, trace);
  for (guint id = 1; id <= sg_trace_get_n_spans (trace); id++)
    {
      const SgSpan *span = sg_trace_get_span (trace, id);

      if (span->begin_us > end_us)
        continue;

      if (span->kind == SG_SPAN_MODEL)
        check_model (flags, trace, span);
      else if (span->kind == SG_SPAN_TOOL)
        check_tool (flags, trace, span);
    }

  return flags;
}
