/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chart is as wide as the window and draws only what is in view; it scrolls by its adjustment,
 * so that a story of 100,000 turns costs no more than one of fifty.  As long as the newest turn is
 * in view, it stays in view.
 */

#include "config.h"

#include "app/performance/sg-history-chart.h"

#include <glib/gi18n-lib.h>

#include "app/performance/sg-history-draw.h"

#define MIN_WIDTH 160
#define HEIGHT 170

struct _SgHistoryChart
{
  GtkWidget      parent_instance;

  SgTurnHistory *history;
  GSignalGroup  *history_signals;
  PangoLayout   *text;
  gint64         shown;
  gint64         cursor;
  gboolean       follow;

  /* GtkScrollable */
  GtkAdjustment *hadjustment;
  GtkAdjustment *vadjustment;
};

enum
{
  PROP_HADJUSTMENT = 1,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum
{
  SIGNAL_ACTIVATED,
  SIGNAL_VIEW_CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE_WITH_CODE (SgHistoryChart, sg_history_chart, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static guint signals[N_SIGNALS];

static gint64
get_last_depth (SgHistoryChart *self)
{
  return self->history != NULL ? MAX (0, sg_turn_history_get_depth (self->history)) : 0;
}

static int
get_plot_width (SgHistoryChart *self)
{
  return MAX (1, gtk_widget_get_width (GTK_WIDGET (self)) - SG_HISTORY_SCALE_WIDTH);
}

static double
get_offset (SgHistoryChart *self)
{
  return self->hadjustment != NULL ? gtk_adjustment_get_value (self->hadjustment) : 0;
}

/* Fits the adjustment to the number of turns; the newest stays in view where it was. */
static void
update_adjustment (SgHistoryChart *self)
{
  double page = get_plot_width (self);
  double upper = MAX (page, (double) get_last_depth (self) * SG_HISTORY_PITCH);
  double value = self->follow ? upper - page : get_offset (self);

  if (self->hadjustment != NULL && gtk_widget_get_width (GTK_WIDGET (self)) > 0)
    gtk_adjustment_configure (self->hadjustment, CLAMP (value, 0, upper - page), 0, upper,
                              SG_HISTORY_PITCH, page * 0.9, page);
}

static void
update_description (SgHistoryChart *self)
{
  const SgTurnEntry *entry = self->history != NULL && self->cursor > 0
                               ? sg_turn_history_look_at (self->history, self->cursor) : NULL;
  g_autofree char *text = entry != NULL
    ? sg_history_plot_dup_sentence (entry)
    : g_strdup (_("The arrow keys move between the turns, Enter shows one."));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
view_changed (SgHistoryChart *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_VIEW_CHANGED], 0);
}

static void
scrolled_cb (SgHistoryChart *self)
{
  double end = gtk_adjustment_get_upper (self->hadjustment)
               - gtk_adjustment_get_page_size (self->hadjustment);

  self->follow = gtk_adjustment_get_value (self->hadjustment) >= end - 1;
  view_changed (self);
}

static void
history_changed_cb (SgHistoryChart *self)
{
  self->cursor = MIN (self->cursor, get_last_depth (self));
  update_adjustment (self);
  update_description (self);
  view_changed (self);
}

static gint64
pick (SgHistoryChart *self,
      double          x)
{
  gint64 depth = (gint64) ((x + get_offset (self)) / SG_HISTORY_PITCH) + 1;

  if (x < 0 || x >= get_plot_width (self) || depth > get_last_depth (self))
    return -1;

  return depth;
}

static void
activate (SgHistoryChart *self,
          gint64          depth)
{
  const SgTurnEntry *entry = self->history != NULL && depth > 0
                               ? sg_turn_history_look_at (self->history, depth) : NULL;

  if (entry != NULL)
    g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0, entry->turn);
}

static void
scroll_to (SgHistoryChart *self,
           gint64          depth)
{
  if (self->hadjustment != NULL)
    gtk_adjustment_clamp_page (self->hadjustment, (double) (depth - 1) * SG_HISTORY_PITCH,
                               (double) depth * SG_HISTORY_PITCH);
}

static void
move_cursor (SgHistoryChart *self,
             gint64          depth)
{
  gint64 last = get_last_depth (self);

  self->cursor = last > 0 ? CLAMP (depth, 1, last) : -1;
  if (self->cursor > 0)
    scroll_to (self, self->cursor);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gint64
get_start (SgHistoryChart *self)
{
  if (self->cursor > 0)
    return self->cursor;

  return self->shown > 0 ? self->shown : get_last_depth (self);
}

static gboolean
key_pressed_cb (SgHistoryChart        *self,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  gint64 page = MAX (1, get_plot_width (self) / SG_HISTORY_PITCH - 1);

  if (get_last_depth (self) == 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      move_cursor (self, get_start (self) - 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      move_cursor (self, get_start (self) + 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      move_cursor (self, get_start (self) - page);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      move_cursor (self, get_start (self) + page);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      move_cursor (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      move_cursor (self, get_last_depth (self));
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      activate (self, get_start (self));
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
released_cb (SgHistoryChart *self,
             int             n_press,
             double          x,
             double          y)
{
  gint64 depth = pick (self, x);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (depth > 0)
    {
      move_cursor (self, depth);
      activate (self, depth);
    }
}

static void
focus_cb (SgHistoryChart *self)
{
  if (self->cursor <= 0 && gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    move_cursor (self, get_start (self));
}

static gboolean
sg_history_chart_query_tooltip (GtkWidget  *widget,
                                int         x,
                                int         y,
                                gboolean    keyboard,
                                GtkTooltip *tooltip)
{
  SgHistoryChart *self = SG_HISTORY_CHART (widget);
  gint64 depth = keyboard ? self->cursor : pick (self, x);
  const SgTurnEntry *entry = self->history != NULL && depth > 0
                               ? sg_turn_history_look_at (self->history, depth) : NULL;
  g_autofree char *text = NULL;

  if (entry == NULL)
    return FALSE;

  text = sg_history_plot_dup_sentence (entry);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
ensure_text (SgHistoryChart *self)
{
  PangoAttrList *attributes;

  if (self->text != NULL)
    return;

  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  self->text = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_attributes (self->text, attributes);
  pango_attr_list_unref (attributes);
}

static void
sg_history_chart_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  SgHistoryChart *self = SG_HISTORY_CHART (widget);
  SgHistoryPlot plot;

  if (self->history == NULL)
    return;

  ensure_text (self);
  plot = (SgHistoryPlot) {
    .history = self->history, .text = self->text, .shown = self->shown,
    .cursor = gtk_widget_has_focus (widget) ? self->cursor : -1,
    .width = (float) gtk_widget_get_width (widget),
    .height = (float) gtk_widget_get_height (widget),
    .offset = (float) get_offset (self),
  };
  sg_chart_colors_load (&plot.colors);
  if (sg_history_chart_get_view (self, &plot.first, &plot.last))
    sg_history_plot_draw (&plot, snapshot);
}

static void
sg_history_chart_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH * 2 : HEIGHT;
}

static void
sg_history_chart_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  SgHistoryChart *self = SG_HISTORY_CHART (widget);

  update_adjustment (self);
  if (self->vadjustment != NULL)
    gtk_adjustment_configure (self->vadjustment, 0, 0, height, 1, height, height);
}

static void
sg_history_chart_css_changed (GtkWidget         *widget,
                              GtkCssStyleChange *change)
{
  SgHistoryChart *self = SG_HISTORY_CHART (widget);

  GTK_WIDGET_CLASS (sg_history_chart_parent_class)->css_changed (widget, change);
  g_clear_object (&self->text);
  gtk_widget_queue_draw (widget);
}

static void
set_hadjustment (SgHistoryChart *self,
                 GtkAdjustment  *adjustment)
{
  if (self->hadjustment != NULL)
    g_signal_handlers_disconnect_by_func (self->hadjustment, scrolled_cb, self);
  g_set_object (&self->hadjustment, adjustment);
  if (adjustment != NULL)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self,
                             G_CONNECT_SWAPPED);
  update_adjustment (self);
}

static void
sg_history_chart_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  SgHistoryChart *self = SG_HISTORY_CHART (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, GTK_SCROLL_MINIMUM);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_history_chart_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  SgHistoryChart *self = SG_HISTORY_CHART (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      set_hadjustment (self, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      g_set_object (&self->vadjustment, g_value_get_object (value));
      break;
    /* The chart is always as large as what it is given. */
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_history_chart_dispose (GObject *object)
{
  SgHistoryChart *self = SG_HISTORY_CHART (object);

  g_clear_object (&self->history_signals);
  g_clear_object (&self->history);
  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  g_clear_object (&self->text);

  G_OBJECT_CLASS (sg_history_chart_parent_class)->dispose (object);
}

static void
sg_history_chart_class_init (SgHistoryChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_history_chart_dispose;
  object_class->get_property = sg_history_chart_get_property;
  object_class->set_property = sg_history_chart_set_property;
  widget_class->measure = sg_history_chart_measure;
  widget_class->size_allocate = sg_history_chart_size_allocate;
  widget_class->snapshot = sg_history_chart_snapshot;
  widget_class->css_changed = sg_history_chart_css_changed;
  widget_class->query_tooltip = sg_history_chart_query_tooltip;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  /**
   * SgHistoryChart::activated:
   * @turn: the id of the turn
   */
  signals[SIGNAL_ACTIVATED] =
    g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_VIEW_CHANGED] =
    g_signal_new ("view-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "historychart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_controllers (SgHistoryChart *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
sg_history_chart_init (SgHistoryChart *self)
{
  self->shown = -1;
  self->cursor = -1;
  self->follow = TRUE;
  self->history_signals = g_signal_group_new (SG_TYPE_TURN_HISTORY);
  g_signal_group_connect_object (self->history_signals, "changed",
                                 G_CALLBACK (history_changed_cb), self, G_CONNECT_SWAPPED);
  add_controllers (self);
  sg_chart_colors_watch (GTK_WIDGET (self));

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Turns of this story"), -1);
  update_description (self);
}

/**
 * sg_history_chart_new:
 *
 * Returns: (transfer full): an empty chart
 */
GtkWidget *
sg_history_chart_new (void)
{
  return g_object_new (SG_TYPE_HISTORY_CHART, NULL);
}

/**
 * sg_history_chart_get_history:
 *
 * Returns: (transfer none) (nullable): the history that is shown
 */
SgTurnHistory *
sg_history_chart_get_history (SgHistoryChart *self)
{
  g_return_val_if_fail (SG_IS_HISTORY_CHART (self), NULL);

  return self->history;
}

/**
 * sg_history_chart_set_history:
 * @history: (nullable): the history to show
 */
void
sg_history_chart_set_history (SgHistoryChart *self,
                              SgTurnHistory  *history)
{
  g_return_if_fail (SG_IS_HISTORY_CHART (self));

  if (!g_set_object (&self->history, history))
    return;

  g_signal_group_set_target (self->history_signals, history);
  self->shown = -1;
  self->cursor = -1;
  self->follow = TRUE;
  history_changed_cb (self);
}

/**
 * sg_history_chart_get_shown:
 *
 * Returns: the depth of the turn that is marked as shown, or -1
 */
gint64
sg_history_chart_get_shown (SgHistoryChart *self)
{
  g_return_val_if_fail (SG_IS_HISTORY_CHART (self), -1);

  return self->shown;
}

/**
 * sg_history_chart_set_shown:
 * @depth: the depth of the turn that the pane shows, or -1
 *
 * Marks a turn and brings it into view.
 */
void
sg_history_chart_set_shown (SgHistoryChart *self,
                            gint64          depth)
{
  g_return_if_fail (SG_IS_HISTORY_CHART (self));

  if (self->shown == depth)
    return;

  self->shown = depth;
  if (depth > 0 && depth <= get_last_depth (self))
    scroll_to (self, depth);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sg_history_chart_get_cursor:
 *
 * Returns: the depth of the turn that the keyboard is at, or -1
 */
gint64
sg_history_chart_get_cursor (SgHistoryChart *self)
{
  g_return_val_if_fail (SG_IS_HISTORY_CHART (self), -1);

  return self->cursor;
}

/**
 * sg_history_chart_get_view:
 * @first: (out): the depth of the first turn in view
 * @last: (out): that of the last
 *
 * Returns: whether any turn is in view
 */
gboolean
sg_history_chart_get_view (SgHistoryChart *self,
                           gint64         *first,
                           gint64         *last)
{
  double offset;

  g_return_val_if_fail (SG_IS_HISTORY_CHART (self), FALSE);

  offset = get_offset (self);
  *first = (gint64) (offset / SG_HISTORY_PITCH) + 1;
  *last = (gint64) ((offset + get_plot_width (self) - 1) / SG_HISTORY_PITCH) + 1;
  *last = MIN (*last, get_last_depth (self));

  return *first <= *last;
}
