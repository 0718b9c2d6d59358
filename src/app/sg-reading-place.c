/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-reading-place.h"

/* Reading within this many pixels of the end counts as reading at the end. */
#define END_SLACK 32

/* A move of the page within this time of a turn of the wheel or a key is the reader's; any other
 * comes of the layout. */
#define TOUCH_US (G_USEC_PER_SEC / 2)

struct _SgReadingPlace
{
  GObject            parent_instance;

  /* Those of the widget that owns this. */
  GtkScrolledWindow *scroller;
  GtkTextView       *view;
  GtkAdjustment     *adjustment;

  gboolean           whole;
  gboolean           following;
  gboolean           moving;
  gint64             touched_us;

  /* Where the reader was before the page changed. */
  GtkTextMark       *mark;
  int                offset;
  guint              source;
};

enum
{
  PROP_0,
  PROP_FOLLOWING,
  N_PROPS
};

enum
{
  MOVED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgReadingPlace, sg_reading_place, G_TYPE_OBJECT)

static void
set_following (SgReadingPlace *self,
               gboolean        following)
{
  if (self->following == following)
    return;

  self->following = following;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

static double
get_end (SgReadingPlace *self)
{
  return gtk_adjustment_get_upper (self->adjustment)
         - gtk_adjustment_get_page_size (self->adjustment);
}

static void
scroll_to_end (SgReadingPlace *self)
{
  self->moving = TRUE;
  gtk_adjustment_set_value (self->adjustment, get_end (self));
  self->moving = FALSE;
}

static gboolean
is_at_end (SgReadingPlace *self)
{
  return gtk_adjustment_get_value (self->adjustment) >= get_end (self) - END_SLACK;
}

/* A page that is laid out anew moves too: that must not look as if the reader had gone back. */
static void
value_changed_cb (SgReadingPlace *self)
{
  gboolean touched = g_get_monotonic_time () - self->touched_us < TOUCH_US;

  if (self->moving || self->source != 0)
    return;

  if (is_at_end (self) && self->whole)
    set_following (self, TRUE);
  else if (touched)
    set_following (self, FALSE);
  else if (self->following)
    scroll_to_end (self);
  g_signal_emit (self, signals[MOVED], 0);
}

/* The page grew or was resized. */
static void
adjustment_changed_cb (SgReadingPlace *self)
{
  if (self->following)
    scroll_to_end (self);
}

static gboolean
is_over_scrollbar (SgReadingPlace *self)
{
  GtkWidget *bar = gtk_scrolled_window_get_vscrollbar (self->scroller);

  return (gtk_widget_get_state_flags (bar) & GTK_STATE_FLAG_PRELIGHT) != 0;
}

/* What moves the page: the wheel, keys, fingers, dragging, and the scrollbar.  A click on something in the page
 * does not. */
static gboolean
event_cb (SgReadingPlace *self,
          GdkEvent       *event)
{
  GdkModifierType buttons = GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK;

  switch (gdk_event_get_event_type (event))
    {
    case GDK_SCROLL:
    case GDK_KEY_PRESS:
    case GDK_TOUCH_UPDATE:
      self->touched_us = g_get_monotonic_time ();
      break;
    case GDK_MOTION_NOTIFY:
      if ((gdk_event_get_modifier_state (event) & buttons) != 0)
        self->touched_us = g_get_monotonic_time ();
      break;
    case GDK_BUTTON_PRESS:
      if (is_over_scrollbar (self))
        self->touched_us = g_get_monotonic_time ();
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

/* Lines above that have not been laid out yet have no height, so the place is
 * found again in two steps: the view scrolls to the line, laying out what is around it, and then,
 * before the frame is painted, by the part of the line that was above the edge. */
static gboolean
restore_cb (gpointer user_data)
{
  SgReadingPlace *self = user_data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GdkRectangle visible;
  GtkTextIter iter;
  int y;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, self->mark);
  gtk_text_view_get_line_yrange (self->view, &iter, &y, NULL);
  gtk_text_view_get_visible_rect (self->view, &visible);
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment)
                              + y + self->offset - visible.y);
  gtk_text_buffer_delete_mark (buffer, g_steal_pointer (&self->mark));
  self->source = 0;
  return G_SOURCE_REMOVE;
}

static void
sg_reading_place_dispose (GObject *object)
{
  SgReadingPlace *self = SG_READING_PLACE (object);

  if (self->view != NULL)
    sg_reading_place_forget (self);
  self->view = NULL;
  self->scroller = NULL;
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_clear_object (&self->adjustment);

  G_OBJECT_CLASS (sg_reading_place_parent_class)->dispose (object);
}

static void
sg_reading_place_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  SgReadingPlace *self = SG_READING_PLACE (object);

  switch (prop_id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->following);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_reading_place_class_init (SgReadingPlaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sg_reading_place_dispose;
  object_class->get_property = sg_reading_place_get_property;

  properties[PROP_FOLLOWING] =
    g_param_spec_boolean ("following", NULL, NULL, TRUE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_reading_place_init (SgReadingPlace *self)
{
  self->whole = TRUE;
  self->following = TRUE;
}

/**
 * sg_reading_place_new:
 * @scroller: what scrolls the page
 * @view: the page
 *
 * Neither is held: their owner lets go of the place first.
 *
 * Returns: (transfer full): the reader's place, at the end
 */
SgReadingPlace *
sg_reading_place_new (GtkScrolledWindow *scroller,
                      GtkTextView       *view)
{
  SgReadingPlace *self = g_object_new (SG_TYPE_READING_PLACE, NULL);
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  self->scroller = scroller;
  self->view = view;

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (scroller), controller);

  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (scroller));
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);
  g_signal_connect_swapped (self->adjustment, "changed", G_CALLBACK (adjustment_changed_cb), self);
  return self;
}

gboolean
sg_reading_place_get_following (SgReadingPlace *self)
{
  g_return_val_if_fail (SG_IS_READING_PLACE (self), FALSE);

  return self->following;
}

/**
 * sg_reading_place_set_whole:
 * @self: the reader's place
 * @whole: whether the end of the page is the end of the text
 *
 * Whoever comes to the end of a page that is not whole does not follow it: more will come below.
 */
void
sg_reading_place_set_whole (SgReadingPlace *self,
                            gboolean        whole)
{
  g_return_if_fail (SG_IS_READING_PLACE (self));

  self->whole = whole;
}

/* Within a page of an end it is time to fetch what is beyond. */
gboolean
sg_reading_place_is_near_top (SgReadingPlace *self)
{
  g_return_val_if_fail (SG_IS_READING_PLACE (self), FALSE);

  return gtk_adjustment_get_value (self->adjustment)
         < gtk_adjustment_get_page_size (self->adjustment);
}

gboolean
sg_reading_place_is_near_end (SgReadingPlace *self)
{
  g_return_val_if_fail (SG_IS_READING_PLACE (self), FALSE);

  return gtk_adjustment_get_value (self->adjustment)
         > get_end (self) - gtk_adjustment_get_page_size (self->adjustment);
}

/**
 * sg_reading_place_go_to_end:
 * @self: the reader's place
 *
 * Goes to the end of the page and follows it from there.
 */
void
sg_reading_place_go_to_end (SgReadingPlace *self)
{
  g_return_if_fail (SG_IS_READING_PLACE (self));

  sg_reading_place_forget (self);
  set_following (self, TRUE);
  scroll_to_end (self);
}

/**
 * sg_reading_place_go_to_start:
 * @self: the reader's place
 *
 * Goes to the beginning of the page, and stays there.
 */
void
sg_reading_place_go_to_start (SgReadingPlace *self)
{
  g_return_if_fail (SG_IS_READING_PLACE (self));

  sg_reading_place_forget (self);
  set_following (self, FALSE);
  self->moving = TRUE;
  gtk_adjustment_set_value (self->adjustment, 0);
  self->moving = FALSE;
}

/**
 * sg_reading_place_scroll_pages:
 * @self: the reader's place
 * @pages: how many pages down; below 0 for up
 *
 * Turns the page, as the reader would.
 */
void
sg_reading_place_scroll_pages (SgReadingPlace *self,
                               int             pages)
{
  g_return_if_fail (SG_IS_READING_PLACE (self));

  self->touched_us = g_get_monotonic_time ();
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment)
                              + pages * 0.9 * gtk_adjustment_get_page_size (self->adjustment));
}

/**
 * sg_reading_place_remember:
 * @self: the reader's place
 *
 * Keeps the line at the top of the page in mind, before the page changes.
 */
void
sg_reading_place_remember (SgReadingPlace *self)
{
  GdkRectangle visible;
  GtkTextIter iter;
  int top;

  g_return_if_fail (SG_IS_READING_PLACE (self));

  if (self->mark != NULL)
    return;

  gtk_text_view_get_visible_rect (self->view, &visible);
  gtk_text_view_get_line_at_y (self->view, &iter, visible.y, &top);
  self->mark = gtk_text_buffer_create_mark (gtk_text_view_get_buffer (self->view), NULL, &iter, FALSE);
  self->offset = visible.y - top;
}

/**
 * sg_reading_place_restore:
 * @self: the reader's place
 *
 * Brings the line that was remembered back to where it was, before the next frame is painted.
 */
void
sg_reading_place_restore (SgReadingPlace *self)
{
  g_return_if_fail (SG_IS_READING_PLACE (self));

  if (self->mark == NULL || self->source != 0)
    return;

  gtk_text_view_scroll_to_mark (self->view, self->mark, 0.0, TRUE, 0.0, 0.0);
  self->source = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, restore_cb, self, NULL);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->source),
                            "[storyglass] restore place");
}

void
sg_reading_place_forget (SgReadingPlace *self)
{
  g_return_if_fail (SG_IS_READING_PLACE (self));

  g_clear_handle_id (&self->source, g_source_remove);
  if (self->mark != NULL)
    gtk_text_buffer_delete_mark (gtk_text_view_get_buffer (self->view),
                                 g_steal_pointer (&self->mark));
}

gboolean
sg_reading_place_is_restoring (SgReadingPlace *self)
{
  g_return_val_if_fail (SG_IS_READING_PLACE (self), FALSE);

  return self->source != 0;
}
