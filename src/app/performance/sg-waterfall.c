/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows are laid out when a span begins and drawn from the trace's own times, so that a frame of
 * a running turn costs no more than drawing it.  While the turn runs, a frame is asked for only when
 * a bar would have grown by a pixel: often in the first second, seldom in the thirtieth.  Rows far
 * outside what is scrolled into view are left out.
 */

#include "config.h"

#include "app/performance/sg-waterfall.h"

#include <glib/gi18n-lib.h>

#include "app/performance/sg-span-text.h"
#include "app/performance/sg-waterfall-draw.h"

#define MIN_WIDTH 220
#define NATURAL_WIDTH 420

/* How far outside of what is in view rows are drawn. */
#define OVERDRAW 600

struct _SgWaterfall
{
  GtkWidget          parent_instance;

  SgTrace           *trace;
  GSignalGroup      *trace_signals;
  SgWaterfallLayout *layout;
  PangoLayout       *text;
  guint              selected;

  /* Drawing while the turn runs */
  guint              tick;
  gint64             drawn_us;

  /* What is scrolled into view */
  GtkAdjustment     *adjustment;
  guint              drawn_first;
  guint              drawn_last;
};

enum
{
  PROP_TRACE = 1,
  PROP_SELECTED,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (SgWaterfall, sg_waterfall, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static void
update_description (SgWaterfall *self)
{
  g_autofree char *text = NULL;

  if (self->selected != 0 && self->trace != NULL)
    text = sg_span_text_dup_sentence (self->trace, self->selected);
  else
    text = g_strdup (_("The arrow keys move between the bars."));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
ensure_layout (SgWaterfall *self)
{
  if (self->layout != NULL && self->layout->n_spans == sg_trace_get_n_spans (self->trace))
    return;

  g_clear_pointer (&self->layout, sg_waterfall_layout_free);
  self->layout = sg_waterfall_layout_new (self->trace);
}

static void
ensure_text (SgWaterfall *self)
{
  PangoAttrList *attributes;

  if (self->text != NULL)
    return;

  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  self->text = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_attributes (self->text, attributes);
  pango_layout_set_ellipsize (self->text, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (self->text, TRUE);
  pango_attr_list_unref (attributes);
}

/* What of the widget is in view, above and below its own origin. */
static gboolean
get_view (SgWaterfall *self,
          double      *top,
          double      *bottom)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);
  graphene_point_t origin;

  if (window == NULL
      || !gtk_widget_compute_point (window, GTK_WIDGET (self), &GRAPHENE_POINT_INIT (0, 0), &origin))
    return FALSE;

  *top = origin.y;
  *bottom = origin.y + gtk_widget_get_height (window);
  return TRUE;
}

static guint
row_at (SgWaterfall *self,
        double       y)
{
  double row = (y - SG_WATERFALL_AXIS_HEIGHT) / SG_WATERFALL_ROW_HEIGHT;

  return (guint) CLAMP (row, 0, (double) self->layout->rows->len);
}

static void
place_plot (SgWaterfall     *self,
            SgWaterfallPlot *plot)
{
  double top, bottom;

  ensure_layout (self);
  *plot = (SgWaterfallPlot) {
    .layout = self->layout, .text = self->text, .selected = self->selected,
    .last = self->layout->rows->len,
  };
  sg_waterfall_plot_place (plot, self->trace, gtk_widget_get_width (GTK_WIDGET (self)));

  if (get_view (self, &top, &bottom))
    {
      plot->first = row_at (self, top - OVERDRAW);
      plot->last = MIN (plot->last, row_at (self, bottom + OVERDRAW) + 1);
    }
}

/* Scrolling moves what was drawn; only what was left out has to be drawn anew. */
static void
scrolled_cb (SgWaterfall *self)
{
  double top, bottom;

  if (self->layout == NULL || !get_view (self, &top, &bottom))
    return;

  if (row_at (self, top) < self->drawn_first || row_at (self, bottom) > self->drawn_last)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  SgWaterfall *self = SG_WATERFALL (widget);
  gint64 elapsed_us;

  if (self->trace == NULL || !sg_trace_is_running (self->trace))
    {
      self->tick = 0;
      gtk_widget_queue_draw (widget);
      return G_SOURCE_REMOVE;
    }

  elapsed_us = sg_trace_get_elapsed (self->trace);
  if (elapsed_us < self->drawn_us
      || (elapsed_us - self->drawn_us) * gtk_widget_get_width (widget) >= elapsed_us)
    {
      self->drawn_us = elapsed_us;
      gtk_widget_queue_draw (widget);
    }

  return G_SOURCE_CONTINUE;
}

static void
update_tick (SgWaterfall *self)
{
  gboolean wanted = self->trace != NULL && sg_trace_is_running (self->trace)
                    && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
  else if (!wanted && self->tick != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
      self->tick = 0;
    }
}

static void
span_begun_cb (SgWaterfall *self)
{
  guint before = self->layout != NULL ? self->layout->rows->len : 0;

  ensure_layout (self);
  if (self->layout->rows->len != before)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  update_tick (self);
}

static void
span_ended_cb (SgWaterfall *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  update_tick (self);
}

/* Scrolls what is around the chart, so that the row can be seen. */
static void
scroll_to_row (SgWaterfall *self,
               int          row)
{
  double y = SG_WATERFALL_AXIS_HEIGHT + row * SG_WATERFALL_ROW_HEIGHT;
  double top, bottom, value;

  if (self->adjustment == NULL || !get_view (self, &top, &bottom))
    return;

  value = gtk_adjustment_get_value (self->adjustment);
  if (y < top)
    gtk_adjustment_set_value (self->adjustment, value + y - top);
  else if (y + SG_WATERFALL_ROW_HEIGHT > bottom)
    gtk_adjustment_set_value (self->adjustment, value + y + SG_WATERFALL_ROW_HEIGHT - bottom);
}

static void
select_row (SgWaterfall *self,
            int          row)
{
  row = CLAMP (row, 0, (int) self->layout->rows->len - 1);
  sg_waterfall_set_selected (self, sg_waterfall_layout_get_row (self->layout, row)->span);
  scroll_to_row (self, row);
}

/* Left and right move between the parts of a bar; the bar itself is left of its first part. */
static gboolean
select_part (SgWaterfall *self,
             int          row,
             int          part)
{
  const SgWaterfallRow *found = sg_waterfall_layout_get_row (self->layout, row);

  if (part < -1 || part >= (int) found->n_parts)
    return FALSE;

  sg_waterfall_set_selected (self, part < 0 ? found->span
                                            : sg_waterfall_layout_get_part (self->layout, row, part));
  return TRUE;
}

static gboolean
key_pressed_cb (SgWaterfall           *self,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  int part, row, n_rows;

  if (self->trace == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  ensure_layout (self);
  n_rows = (int) self->layout->rows->len;
  row = sg_waterfall_layout_find (self->layout, self->selected, &part);
  if (n_rows == 0)
    return GDK_EVENT_PROPAGATE;

  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      select_row (self, row + 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      select_row (self, row - 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return row >= 0 && select_part (self, row, part + 1);
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return row >= 0 && select_part (self, row, part - 1);
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      select_row (self, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      select_row (self, n_rows - 1);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
pressed_cb (SgWaterfall *self,
            int          n_press,
            double       x,
            double       y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  sg_waterfall_set_selected (self, sg_waterfall_pick (self, x, y));
}

/* A chart that has just got the keyboard shows where it is. */
static void
focus_enter_cb (SgWaterfall *self)
{
  if (self->selected == 0 && self->trace != NULL && sg_trace_get_n_spans (self->trace) > 0
      && gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    {
      ensure_layout (self);
      select_row (self, 0);
    }
}

static gboolean
sg_waterfall_query_tooltip (GtkWidget  *widget,
                            int         x,
                            int         y,
                            gboolean    keyboard,
                            GtkTooltip *tooltip)
{
  SgWaterfall *self = SG_WATERFALL (widget);
  g_autofree char *text = NULL;
  guint span;

  if (self->trace == NULL)
    return FALSE;

  span = keyboard ? self->selected : sg_waterfall_pick (self, x, y);
  if (span == 0)
    return FALSE;

  text = sg_span_text_dup_details (self->trace, span);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
sg_waterfall_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  SgWaterfall *self = SG_WATERFALL (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH;
      *natural = NATURAL_WIDTH;
      return;
    }

  *minimum = SG_WATERFALL_AXIS_HEIGHT;
  if (self->trace != NULL)
    {
      ensure_layout (self);
      *minimum += (int) self->layout->rows->len * SG_WATERFALL_ROW_HEIGHT;
    }
  *natural = *minimum;
}

static void
sg_waterfall_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  SgWaterfall *self = SG_WATERFALL (widget);
  SgWaterfallPlot plot;

  if (self->trace == NULL)
    return;

  ensure_text (self);
  place_plot (self, &plot);
  self->drawn_first = plot.first;
  self->drawn_last = plot.last;
  sg_chart_colors_load (&plot.colors);
  sg_waterfall_plot_draw (&plot, snapshot);
}

static void
sg_waterfall_map (GtkWidget *widget)
{
  SgWaterfall *self = SG_WATERFALL (widget);
  GtkWidget *window = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);

  GTK_WIDGET_CLASS (sg_waterfall_parent_class)->map (widget);

  if (window != NULL)
    {
      self->adjustment =
        g_object_ref (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (window)));
      g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
    }
  update_tick (self);
}

static void
drop_adjustment (SgWaterfall *self)
{
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_func (self->adjustment, scrolled_cb, self);
  g_clear_object (&self->adjustment);
}

static void
sg_waterfall_unmap (GtkWidget *widget)
{
  SgWaterfall *self = SG_WATERFALL (widget);

  drop_adjustment (self);
  GTK_WIDGET_CLASS (sg_waterfall_parent_class)->unmap (widget);
  update_tick (self);
}

/* The font or its size has changed. */
static void
sg_waterfall_css_changed (GtkWidget         *widget,
                          GtkCssStyleChange *change)
{
  SgWaterfall *self = SG_WATERFALL (widget);

  GTK_WIDGET_CLASS (sg_waterfall_parent_class)->css_changed (widget, change);
  g_clear_object (&self->text);
  gtk_widget_queue_draw (widget);
}

static void
sg_waterfall_dispose (GObject *object)
{
  SgWaterfall *self = SG_WATERFALL (object);

  drop_adjustment (self);
  g_clear_object (&self->trace_signals);
  g_clear_object (&self->trace);
  g_clear_object (&self->text);
  g_clear_pointer (&self->layout, sg_waterfall_layout_free);

  G_OBJECT_CLASS (sg_waterfall_parent_class)->dispose (object);
}

static void
sg_waterfall_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  SgWaterfall *self = SG_WATERFALL (object);

  switch (prop_id)
    {
    case PROP_TRACE:
      g_value_set_object (value, self->trace);
      break;
    case PROP_SELECTED:
      g_value_set_uint (value, self->selected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_waterfall_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  SgWaterfall *self = SG_WATERFALL (object);

  switch (prop_id)
    {
    case PROP_TRACE:
      sg_waterfall_set_trace (self, g_value_get_object (value));
      break;
    case PROP_SELECTED:
      sg_waterfall_set_selected (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_waterfall_class_init (SgWaterfallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_waterfall_dispose;
  object_class->get_property = sg_waterfall_get_property;
  object_class->set_property = sg_waterfall_set_property;
  widget_class->measure = sg_waterfall_measure;
  widget_class->snapshot = sg_waterfall_snapshot;
  widget_class->map = sg_waterfall_map;
  widget_class->unmap = sg_waterfall_unmap;
  widget_class->css_changed = sg_waterfall_css_changed;
  widget_class->query_tooltip = sg_waterfall_query_tooltip;

  properties[PROP_TRACE] =
    g_param_spec_object ("trace", NULL, NULL, SG_TYPE_TRACE,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTED] =
    g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "waterfall");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_controllers (SgWaterfall *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_enter_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
sg_waterfall_init (SgWaterfall *self)
{
  self->trace_signals = g_signal_group_new (SG_TYPE_TRACE);
  g_signal_group_connect_object (self->trace_signals, "begun", G_CALLBACK (span_begun_cb), self,
                                 G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->trace_signals, "ended", G_CALLBACK (span_ended_cb), self,
                                 G_CONNECT_SWAPPED);
  add_controllers (self);
  sg_chart_colors_watch (GTK_WIDGET (self));

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Waterfall of the turn"), -1);
  update_description (self);
}

/**
 * sg_waterfall_new:
 *
 * Returns: (transfer full): an empty waterfall
 */
GtkWidget *
sg_waterfall_new (void)
{
  return g_object_new (SG_TYPE_WATERFALL, NULL);
}

/**
 * sg_waterfall_get_trace:
 *
 * Returns: (transfer none) (nullable): the trace that is shown
 */
SgTrace *
sg_waterfall_get_trace (SgWaterfall *self)
{
  g_return_val_if_fail (SG_IS_WATERFALL (self), NULL);

  return self->trace;
}

/**
 * sg_waterfall_set_trace:
 * @trace: (nullable): the trace to show, which may still run
 */
void
sg_waterfall_set_trace (SgWaterfall *self,
                        SgTrace     *trace)
{
  g_return_if_fail (SG_IS_WATERFALL (self));

  if (!g_set_object (&self->trace, trace))
    return;

  g_clear_pointer (&self->layout, sg_waterfall_layout_free);
  g_signal_group_set_target (self->trace_signals, trace);
  self->drawn_us = 0;
  sg_waterfall_set_selected (self, 0);
  update_tick (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRACE]);
}

/**
 * sg_waterfall_get_selected:
 *
 * Returns: the number of the selected span, or 0
 */
guint
sg_waterfall_get_selected (SgWaterfall *self)
{
  g_return_val_if_fail (SG_IS_WATERFALL (self), 0);

  return self->selected;
}

/**
 * sg_waterfall_set_selected:
 * @span: the number of a span, or 0 for none
 */
void
sg_waterfall_set_selected (SgWaterfall *self,
                           guint        span)
{
  g_return_if_fail (SG_IS_WATERFALL (self));

  if (self->trace == NULL || span > sg_trace_get_n_spans (self->trace))
    span = 0;
  if (self->selected == span)
    return;

  self->selected = span;
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

/**
 * sg_waterfall_get_n_rows:
 *
 * Returns: how many rows there are
 */
guint
sg_waterfall_get_n_rows (SgWaterfall *self)
{
  g_return_val_if_fail (SG_IS_WATERFALL (self), 0);

  if (self->trace == NULL)
    return 0;

  ensure_layout (self);
  return self->layout->rows->len;
}

/**
 * sg_waterfall_pick:
 * @x: a place in the widget
 * @y: likewise
 *
 * Returns: the number of the span there: that of a part of a bar, else that of the row; 0 for none
 */
guint
sg_waterfall_pick (SgWaterfall *self,
                   double       x,
                   double       y)
{
  const SgWaterfallRow *row;
  SgWaterfallPlot plot;
  guint index;

  g_return_val_if_fail (SG_IS_WATERFALL (self), 0);

  if (self->trace == NULL || y < SG_WATERFALL_AXIS_HEIGHT)
    return 0;

  place_plot (self, &plot);
  index = row_at (self, y);
  if (index >= self->layout->rows->len)
    return 0;

  row = sg_waterfall_layout_get_row (self->layout, index);
  for (guint i = 0; i < row->n_parts; i++)
    {
      guint part = sg_waterfall_layout_get_part (self->layout, index, i);
      graphene_rect_t area;

      sg_waterfall_plot_get_area (&plot, index, part, &area);
      if (x >= area.origin.x && x < area.origin.x + area.size.width)
        return part;
    }

  return row->span;
}
