/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/performance/sg-history-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/performance/sg-history-chart.h"
#include "app/performance/sg-performance-style.h"
#include "compat/sg-focus.h"
#include "profile/sg-format.h"
#include "profile/sg-statistics.h"

#define TEMPLATE "/io/github/storyglass/Storyglass/performance/sg-history-view.ui"

typedef enum
{
  ROW_FIRST_WORD,
  ROW_TOTAL,
  ROW_RATE,
  N_ROWS
} Row;

struct _SgHistoryView
{
  GtkWidget       parent_instance;

  /* Template */
  SgHistoryChart *chart;
  GtkGrid        *grid;
  GtkLabel       *range;

  GtkLabel       *half[N_ROWS];
  GtkLabel       *most[N_ROWS];
  guint           update;
};

enum
{
  SIGNAL_ACTIVATED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (SgHistoryView, sg_history_view, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static double
get_value (const SgTurnEntry *entry,
           Row                row)
{
  switch (row)
    {
    case ROW_FIRST_WORD:
      return (double) entry->first_word_us;
    case ROW_TOTAL:
      return (double) entry->total_us;
    case ROW_RATE:
    case N_ROWS:
    default:
      return entry->rate;
    }
}

/* The values that are known of the turns in view, sorted. */
static double *
collect (SgHistoryView *self,
         Row            row,
         gint64         first,
         gint64         last,
         gsize         *n_values)
{
  SgTurnHistory *history = sg_history_chart_get_history (self->chart);
  double *values = g_new (double, last - first + 1);

  *n_values = 0;
  for (gint64 depth = first; depth <= last; depth++)
    {
      const SgTurnEntry *entry = sg_turn_history_peek (history, depth);

      if (entry != NULL && get_value (entry, row) >= 0)
        values[(*n_values)++] = get_value (entry, row);
    }
  sg_statistics_sort (values, *n_values);

  return values;
}

static char *
format_value (Row    row,
              double value)
{
  g_autofree char *text = NULL;

  if (isnan (value))
    return g_strdup ("–");
  if (row == ROW_RATE)
    {
      text = sg_format_rate (value);
      return g_strdup_printf (_("at least %s"), text);
    }

  text = sg_format_duration ((gint64) value);
  return g_strdup_printf (_("within %s"), text);
}

/* Fast is good for a rate and bad for a time, so that what 95 of 100 turns keep is the 95th
 * percentile of a time and the 5th of a rate. */
static void
update_row (SgHistoryView *self,
            Row            row,
            gint64         first,
            gint64         last)
{
  gsize n_values;
  g_autofree double *values = collect (self, row, first, last, &n_values);
  double most_percent = row == ROW_RATE ? 5 : 95;
  g_autofree char *half =
    format_value (row, sg_statistics_percentile_nearest_rank (values, n_values, 50));
  g_autofree char *most =
    format_value (row, sg_statistics_percentile_nearest_rank (values, n_values, most_percent));

  gtk_label_set_text (self->half[row], half);
  gtk_label_set_text (self->most[row], most);
}

static gboolean
update_cb (gpointer user_data)
{
  SgHistoryView *self = user_data;
  gint64 first, last;

  self->update = 0;
  if (sg_history_chart_get_history (self->chart) != NULL
      && sg_history_chart_get_view (self->chart, &first, &last))
    {
      g_autofree char *range = g_strdup_printf (_("Turns %d to %d"), (int) first, (int) last);

      gtk_label_set_text (self->range, range);
      for (guint i = 0; i < N_ROWS; i++)
        update_row (self, i, first, last);
    }

  return G_SOURCE_REMOVE;
}

/* Once a burst of scrolling is over; labels must not change while they are laid out. */
static void
view_changed_cb (SgHistoryView *self)
{
  if (self->update == 0)
    {
      self->update = g_idle_add (update_cb, self);
      g_source_set_name_by_id (self->update, "[storyglass] performance statistics");
    }
}

static void
activated_cb (SgHistoryView *self,
              gint64         turn)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0, turn);
}

static void
sg_history_view_dispose (GObject *object)
{
  SgHistoryView *self = SG_HISTORY_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->update, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (sg_history_view_parent_class)->dispose (object);
}

static void
sg_history_view_class_init (SgHistoryViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_history_view_dispose;
  widget_class->focus = sg_focus_next_child;

  /**
   * SgHistoryView::activated:
   * @turn: the id of the turn
   */
  signals[SIGNAL_ACTIVATED] =
    g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);

  sg_performance_ensure_style ();
  g_type_ensure (SG_TYPE_HISTORY_CHART);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, SgHistoryView, chart);
  gtk_widget_class_bind_template_child (widget_class, SgHistoryView, grid);
  gtk_widget_class_bind_template_child (widget_class, SgHistoryView, range);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
}

static GtkLabel *
add_label (SgHistoryView *self,
           const char    *text,
           int            column,
           int            row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (self->grid, label, column, row, 1, 1);

  return GTK_LABEL (label);
}

static void
sg_history_view_init (SgHistoryView *self)
{
  static const char *const names[N_ROWS] = { N_("First word"), N_("Whole turn"), N_("Speed") };

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_ROWS; i++)
    {
      add_label (self, _(names[i]), 0, (int) i + 1);
      self->half[i] = add_label (self, "–", 1, (int) i + 1);
      self->most[i] = add_label (self, "–", 2, (int) i + 1);
    }
}

/**
 * sg_history_view_new:
 *
 * Returns: (transfer full): an empty view
 */
GtkWidget *
sg_history_view_new (void)
{
  return g_object_new (SG_TYPE_HISTORY_VIEW, NULL);
}

/**
 * sg_history_view_set_history:
 * @history: (nullable): the turns to show
 */
void
sg_history_view_set_history (SgHistoryView *self,
                             SgTurnHistory *history)
{
  g_return_if_fail (SG_IS_HISTORY_VIEW (self));

  sg_history_chart_set_history (self->chart, history);
}

/**
 * sg_history_view_set_shown:
 * @depth: the depth of the turn that the pane shows, or -1
 */
void
sg_history_view_set_shown (SgHistoryView *self,
                           gint64         depth)
{
  g_return_if_fail (SG_IS_HISTORY_VIEW (self));

  sg_history_chart_set_shown (self->chart, depth);
}
