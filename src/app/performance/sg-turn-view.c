/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/performance/sg-turn-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/performance/sg-figure-tile.h"
#include "app/performance/sg-flag-row.h"
#include "app/performance/sg-performance-style.h"
#include "app/performance/sg-share-bar.h"
#include "app/performance/sg-span-text.h"
#include "app/performance/sg-waterfall.h"
#include "app/performance/sg-work-legend.h"
#include "compat/sg-focus.h"
#include "engine/sg-settings-text.h"
#include "llm/sg-token-estimate.h"
#include "profile/sg-breakdown.h"
#include "profile/sg-format.h"
#include "profile/sg-turn-figures.h"
#include "profile/sg-verdict.h"

/* While a turn runs, its figures follow this often: to be live, and still to be read. */
#define REFRESH_MS 200

#define TEMPLATE "/io/github/storyglass/Storyglass/performance/sg-turn-view.ui"

typedef enum
{
  TILE_FIRST_WORD,
  TILE_TOTAL,
  TILE_RATE,
  TILE_TOKENS_IN,
  TILE_TOKENS_OUT,
  TILE_TOKENS_REUSED,
  N_TILES
} Tile;

struct _SgTurnView
{
  GtkWidget         parent_instance;

  SgTrace          *trace;
  GSignalGroup     *trace_signals;
  guint             refresh;

  /* A count of the words that come, until the server gives its own */
  SgTurnRun        *run;
  GSignalGroup     *run_signals;
  SgTokenEstimator  told;

  /* Template */
  GtkFlowBox       *tiles;
  SgShareBar       *share_bar;
  SgWorkLegend     *legend;
  GtkLabel         *verdict;
  GtkLabel         *caches;
  GtkLabel         *settings;
  GtkBox           *flags;
  SgWaterfall      *waterfall;
  GtkRevealer      *details_revealer;
  GtkLabel         *details;

  SgFigureTile     *figures[N_TILES];
  char             *flags_shown;
};

G_DEFINE_FINAL_TYPE (SgTurnView, sg_turn_view, GTK_TYPE_WIDGET)

static const char *const tile_labels[N_TILES] = {
  N_("First word"), N_("Total"), N_("Speed"), N_("Tokens in"), N_("Tokens out"), N_("Reused"),
};

/* What each figure is, and what is usual. */
static const char *const tile_hints[N_TILES] = {
  N_("From Enter to the first word on its way to the page. Usual: within 2 s."),
  N_("From Enter until all was told; it is saved after that. Usual: 2 to 5 s, with several tools 5 to 15 s."),
  N_("Tokens a second while the model wrote. People read about 5 a second."),
  N_("The length of the prompts of all model calls; ≈ marks an estimate."),
  N_("What the model wrote, reasoning included; ≈ marks an estimate."),
  N_("How much of the prompts the server had kept and did not read again. Usual: most of it."),
};

/* Takes @value. */
static void
set_figure (SgTurnView *self,
            Tile        tile,
            char       *value)
{
  sg_figure_tile_set_value (self->figures[tile], value);
  g_free (value);
}

static char *
format_reused (const SgTurnFigures *figures)
{
  if (figures->tokens_cached < 0 || figures->tokens_in <= 0)
    return sg_format_tokens (figures->tokens_cached, FALSE);

  return g_strdup_printf ("%d %%", (int) (100 * figures->tokens_cached / figures->tokens_in));
}

/* Most servers count only when they have ended; until then what has come is estimated. */
static void
add_estimate (SgTurnView    *self,
              SgTurnFigures *figures)
{
  gint64 told = sg_token_estimator_get (&self->told);

  if (self->run == NULL || sg_turn_run_get_trace (self->run) != self->trace
      || !sg_trace_is_running (self->trace) || told <= figures->tokens_out)
    return;

  figures->tokens_out = told;
  figures->estimated = TRUE;
  sg_turn_figures_measure_rate (figures);
}

/* A quiet line, where a cache was asked at all. */
static void
update_caches (SgTurnView          *self,
               const SgTurnFigures *figures)
{
  g_autofree char *words = sg_turn_figures_dup_cache_text (figures);
  g_autofree char *line = words != NULL ? g_strdup_printf (_("In this turn: %s"), words) : NULL;

  gtk_label_set_text (self->caches, line != NULL ? line : "");
  gtk_widget_set_visible (GTK_WIDGET (self->caches), line != NULL);
}

static void
update_figures (SgTurnView *self)
{
  SgTurnFigures figures;

  sg_turn_figures_measure (self->trace, &figures);
  add_estimate (self, &figures);
  set_figure (self, TILE_FIRST_WORD, sg_format_duration (figures.first_word_us));
  set_figure (self, TILE_TOTAL, sg_format_duration (figures.total_us));
  set_figure (self, TILE_RATE, sg_format_rate (figures.rate));
  set_figure (self, TILE_TOKENS_IN, sg_format_tokens (figures.tokens_in, figures.estimated));
  set_figure (self, TILE_TOKENS_OUT, sg_format_tokens (figures.tokens_out, figures.estimated));
  set_figure (self, TILE_TOKENS_REUSED, format_reused (&figures));
  update_caches (self, &figures);
}

/* What the rows of flags depend on.  While the turn runs, the times in their texts stand still:
 * a row that is rebuilt five times a second can be neither read nor selected. */
static char *
name_flags (SgTurnView *self,
            GPtrArray  *flags)
{
  gboolean running = sg_trace_is_running (self->trace);
  GString *names = g_string_new (running ? "running" : "ended");

  for (guint i = 0; i < flags->len; i++)
    {
      const SgFlag *flag = g_ptr_array_index (flags, i);

      g_string_append_printf (names, "|%d:%u", flag->kind, flag->span);
      if (!running)
        g_string_append (names, flag->text);
    }

  return g_string_free (names, FALSE);
}

static void
update_flags (SgTurnView *self)
{
  g_autoptr (GPtrArray) flags = sg_verdict_list_flags (self->trace);
  g_autofree char *names = name_flags (self, flags);
  GtkWidget *child;

  if (g_strcmp0 (names, self->flags_shown) == 0)
    return;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->flags))) != NULL)
    gtk_box_remove (self->flags, child);
  for (guint i = 0; i < flags->len; i++)
    gtk_box_append (self->flags, sg_flag_row_new (g_ptr_array_index (flags, i)));

  gtk_widget_set_visible (GTK_WIDGET (self->flags), flags->len > 0);
  g_free (self->flags_shown);
  self->flags_shown = g_steal_pointer (&names);
}

static void
update_details (SgTurnView *self)
{
  guint selected = sg_waterfall_get_selected (self->waterfall);

  if (selected != 0)
    {
      g_autofree char *text = sg_span_text_dup_details (self->trace, selected);

      gtk_label_set_text (self->details, text);
    }

  gtk_revealer_set_reveal_child (self->details_revealer, selected != 0);
}

/* A view that nobody sees costs the turn nothing; it catches up when it is shown. */
static void
update_all (SgTurnView *self)
{
  g_autofree char *verdict = NULL;
  SgBreakdown breakdown;

  if (self->trace == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  update_figures (self);
  sg_breakdown_measure (self->trace, &breakdown);
  sg_share_bar_set_breakdown (self->share_bar, &breakdown);
  sg_work_legend_set_breakdown (self->legend, &breakdown);

  /* A sentence that is rewritten five times a second can be read by nobody. */
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), !sg_trace_is_running (self->trace));
  if (!sg_trace_is_running (self->trace))
    {
      verdict = sg_verdict_dup_text (self->trace);
      gtk_label_set_text (self->verdict, verdict);
    }
  update_flags (self);
  update_details (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  SgTurnView *self = user_data;

  update_all (self);
  if (self->trace != NULL && sg_trace_is_running (self->trace))
    return G_SOURCE_CONTINUE;

  self->refresh = 0;
  return G_SOURCE_REMOVE;
}

/* The figures are refreshed only while something runs and can be seen. */
static void
update_refresh (SgTurnView *self)
{
  gboolean wanted = self->trace != NULL && sg_trace_is_running (self->trace)
                    && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->refresh == 0)
    {
      self->refresh = g_timeout_add (REFRESH_MS, refresh_cb, self);
      g_source_set_name_by_id (self->refresh, "[storyglass] performance figures");
    }
  else if (!wanted)
    g_clear_handle_id (&self->refresh, g_source_remove);
}

/* A turn of a storyteller ends many spans in a moment: only the last one that runs shows at once. */
static void
trace_changed_cb (SgTurnView *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  update_refresh (self);
  if (!sg_trace_is_running (self->trace))
    update_all (self);
}

static void
text_cb (SgTurnView *self,
         const char *delta)
{
  sg_token_estimator_add (&self->told, delta, strlen (delta));
}

static void
sg_turn_view_map (GtkWidget *widget)
{
  SgTurnView *self = SG_TURN_VIEW (widget);

  GTK_WIDGET_CLASS (sg_turn_view_parent_class)->map (widget);
  update_all (self);
  update_refresh (self);
}

static void
sg_turn_view_unmap (GtkWidget *widget)
{
  SgTurnView *self = SG_TURN_VIEW (widget);

  GTK_WIDGET_CLASS (sg_turn_view_parent_class)->unmap (widget);
  update_refresh (self);
}

static void
sg_turn_view_dispose (GObject *object)
{
  SgTurnView *self = SG_TURN_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_object (&self->trace_signals);
  g_clear_object (&self->run_signals);
  g_clear_object (&self->trace);
  g_clear_object (&self->run);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (sg_turn_view_parent_class)->dispose (object);
}

static void
sg_turn_view_finalize (GObject *object)
{
  g_free (SG_TURN_VIEW (object)->flags_shown);

  G_OBJECT_CLASS (sg_turn_view_parent_class)->finalize (object);
}

static void
sg_turn_view_class_init (SgTurnViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_turn_view_dispose;
  object_class->finalize = sg_turn_view_finalize;
  widget_class->focus = sg_focus_next_child;
  widget_class->map = sg_turn_view_map;
  widget_class->unmap = sg_turn_view_unmap;

  sg_performance_ensure_style ();
  g_type_ensure (SG_TYPE_SHARE_BAR);
  g_type_ensure (SG_TYPE_WATERFALL);
  g_type_ensure (SG_TYPE_WORK_LEGEND);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, tiles);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, share_bar);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, legend);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, verdict);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, caches);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, settings);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, flags);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, waterfall);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, details_revealer);
  gtk_widget_class_bind_template_child (widget_class, SgTurnView, details);
}

/* In two groups of three, so that narrow panes have two full lines and wide ones have one. */
static void
add_tiles (SgTurnView *self)
{
  GtkWidget *group = NULL;

  for (guint i = 0; i < N_TILES; i++)
    {
      GtkWidget *tile = sg_figure_tile_new (_(tile_labels[i]));

      if (i % 3 == 0)
        {
          group = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
          gtk_box_set_homogeneous (GTK_BOX (group), TRUE);
          gtk_flow_box_append (self->tiles, group);
        }
      self->figures[i] = SG_FIGURE_TILE (tile);
      gtk_widget_set_tooltip_text (tile, _(tile_hints[i]));
      gtk_widget_set_size_request (tile, 84, -1);
      gtk_box_append (GTK_BOX (group), tile);
    }
}

static void
sg_turn_view_init (SgTurnView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_tiles (self);

  self->trace_signals = g_signal_group_new (SG_TYPE_TRACE);
  g_signal_group_connect_object (self->trace_signals, "begun", G_CALLBACK (trace_changed_cb), self,
                                 G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->trace_signals, "ended", G_CALLBACK (trace_changed_cb), self,
                                 G_CONNECT_SWAPPED);
  self->run_signals = g_signal_group_new (SG_TYPE_TURN_RUN);
  g_signal_group_connect_object (self->run_signals, "text", G_CALLBACK (text_cb), self,
                                 G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->run_signals, "reasoning", G_CALLBACK (text_cb), self,
                                 G_CONNECT_SWAPPED);
  g_signal_connect_object (self->waterfall, "notify::selected", G_CALLBACK (update_details), self,
                           G_CONNECT_SWAPPED);
}

/**
 * sg_turn_view_new:
 *
 * Returns: (transfer full): an empty view
 */
GtkWidget *
sg_turn_view_new (void)
{
  return g_object_new (SG_TYPE_TURN_VIEW, NULL);
}

/**
 * sg_turn_view_get_trace:
 *
 * Returns: (transfer none) (nullable): the trace that is shown
 */
SgTrace *
sg_turn_view_get_trace (SgTurnView *self)
{
  g_return_val_if_fail (SG_IS_TURN_VIEW (self), NULL);

  return self->trace;
}

/**
 * sg_turn_view_set_trace:
 * @trace: (nullable): the trace of a turn, which may still run
 */
void
sg_turn_view_set_trace (SgTurnView *self,
                        SgTrace    *trace)
{
  g_return_if_fail (SG_IS_TURN_VIEW (self));

  if (!g_set_object (&self->trace, trace))
    return;

  g_signal_group_set_target (self->trace_signals, trace);
  sg_waterfall_set_trace (self->waterfall, trace);
  update_all (self);
  update_refresh (self);
}

/**
 * sg_turn_view_set_settings:
 * @json: (nullable): the settings that the turn was told with, as they are stored
 *
 * Says below the figures what they were measured with.
 */
void
sg_turn_view_set_settings (SgTurnView *self,
                           const char *json)
{
  g_autofree char *words = NULL;

  g_return_if_fail (SG_IS_TURN_VIEW (self));

  words = sg_settings_text_describe (json);
  gtk_label_set_text (self->settings, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->settings), words != NULL);
}

/**
 * sg_turn_view_set_run:
 * @run: (nullable): the run of a language model, whether or not its trace is shown now
 *
 * Counts what a run tells, so that its figures can be estimated while it runs.
 */
void
sg_turn_view_set_run (SgTurnView *self,
                      SgTurnRun  *run)
{
  g_return_if_fail (SG_IS_TURN_VIEW (self));

  if (!g_set_object (&self->run, run))
    return;

  self->told = (SgTokenEstimator) { 0 };
  g_signal_group_set_target (self->run_signals, run);

  /* Words that were there before the first token are those of a draft that is continued. */
  if (run != NULL
      && sg_trace_get_mark (sg_turn_run_get_trace (run), SG_MARK_FIRST_TOKEN) >= 0)
    {
      text_cb (self, sg_turn_run_get_reasoning (run));
      text_cb (self, sg_turn_run_get_text (run));
    }
}
