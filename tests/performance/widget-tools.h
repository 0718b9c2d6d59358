/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <string.h>

G_BEGIN_DECLS

static inline gboolean
widget_tools_wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Lets pass what is waiting, and the frames that it leads to. */
static inline void
widget_tools_wait (guint ms)
{
  gint64 end_us = g_get_monotonic_time () + ms * 1000;
  guint source = g_timeout_add (5, widget_tools_wake_cb, NULL);

  while (g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
}

static inline void
widget_tools_settle (void)
{
  widget_tools_wait (60);
}

static inline GtkWindow *
widget_tools_present (GtkWidget *child,
                      int        width,
                      int        height)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), child);
  gtk_window_set_child (GTK_WINDOW (window), scrolled);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  widget_tools_settle ();

  return GTK_WINDOW (window);
}

/* Closes the window, and fails where that leaves @child alive. */
static inline void
widget_tools_close (GtkWindow *window,
                    gpointer   child)
{
  GObject *left = child;

  g_object_add_weak_pointer (left, (gpointer *) &left);
  gtk_window_destroy (window);
  widget_tools_settle ();
  g_assert_null (left);
}

static inline void
widget_tools_count (guint *count)
{
  (*count)++;
}

/* Hands a key to the controllers of @widget, as its window would. */
static inline gboolean
widget_tools_press (GtkWidget *widget,
                    guint      key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller))
        continue;
      g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &handled);
      if (handled)
        return TRUE;
    }

  return FALSE;
}

static inline guint
widget_tools_count_text (GtkWidget  *widget,
                         const char *text)
{
  guint count = 0;

  if (!gtk_widget_get_visible (widget))
    return 0;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    count++;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    count += widget_tools_count_text (child, text);

  return count;
}

static inline gboolean
widget_tools_has_text (GtkWidget  *widget,
                       const char *text)
{
  return widget_tools_count_text (widget, text) > 0;
}

/* Waits until a text is there: a busy machine may take its time over a frame. */
static inline void
widget_tools_wait_text (GtkWidget  *widget,
                        const char *text)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!widget_tools_has_text (widget, text))
    {
      if (g_get_monotonic_time () > end_us)
        g_error ("“%s” did not appear", text);
      widget_tools_wait (10);
    }
}

/* Waits until nobody else holds an object, and lets it go. */
static inline void
widget_tools_release (gpointer object)
{
  while (g_atomic_int_get (&G_OBJECT (object)->ref_count) > 1)
    widget_tools_wait (5);

  g_assert_finalize_object (G_OBJECT (object));
}

/* How many frames are painted within @ms. */
static inline guint
widget_tools_count_frames (GtkWidget *widget,
                           guint      ms)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  guint count = 0;
  gulong handler = g_signal_connect_swapped (clock, "paint", G_CALLBACK (widget_tools_count), &count);

  widget_tools_wait (ms);
  g_signal_handler_disconnect (clock, handler);

  return count;
}

/* The first widget of a type, @widget or below it. */
static inline gpointer
widget_tools_find (GtkWidget *widget,
                   GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = widget_tools_find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

G_END_DECLS
