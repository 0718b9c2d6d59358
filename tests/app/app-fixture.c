/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app-fixture.h"

#include "sg-app-resources.h"

void
app_fixture_init (int    *argc,
                  char ***argv)
{
  g_test_init (argc, argv, NULL);
  adw_init ();
  sg_app_register_resource ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/io/github/storyglass/Storyglass/icons");
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

/* Shows a widget in a window and waits until it is on the screen. */
GtkWidget *
app_fixture_show (GtkWidget *child,
                  int        width,
                  int        height)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  app_fixture_wait_for (gtk_widget_get_mapped (child) && gtk_widget_get_width (child) > 0);
  app_fixture_settle ();
  return window;
}

void
app_fixture_close (GtkWidget *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  app_fixture_wait_for (window == NULL);
}

static gboolean
wake_cb (gpointer user_data)
{
  gboolean *woken = user_data;

  *woken = TRUE;
  return G_SOURCE_REMOVE;
}

void
app_fixture_iterate (void)
{
  gboolean woken = FALSE;
  guint source = g_timeout_add (10, wake_cb, &woken);

  g_main_context_iteration (NULL, TRUE);
  if (!woken)
    g_source_remove (source);
}

void
app_fixture_settle (void)
{
  gint64 until = g_get_monotonic_time () + 60 * 1000;

  while (g_get_monotonic_time () < until)
    app_fixture_iterate ();
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

SgTurnRow *
app_fixture_turn (gint64      depth,
                  const char *mode,
                  const char *input,
                  const char *text)
{
  SgTurnRow *row = sg_turn_row_new ();

  row->id = 1000 + depth;
  row->depth = depth;
  row->mode = g_strdup (mode);
  row->input = g_strdup (input);
  row->text = g_strdup (text);
  row->siblings = 1;
  row->duration_us = depth > 0 ? 4200000 : -1;
  row->first_token_us = depth > 0 ? 600000 : -1;
  row->rate = 38;
  return row;
}

GPtrArray *
app_fixture_turns (gint64 first,
                   gint64 last)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_row_free);

  for (gint64 i = first; i <= last; i++)
    {
      g_autofree char *input = g_strdup_printf ("words %d", (int) i);
      g_autofree char *text = g_strdup_printf ("What is told in turn %d.\n\nAnd a second paragraph, "
                                               "which is long enough to need more than one line on "
                                               "any page that a story is read on.", (int) i);

      g_ptr_array_add (rows, app_fixture_turn (i, i == 0 ? "opening" : "do", i == 0 ? "" : input, text));
    }
  return rows;
}

char *
app_fixture_dup_text (GtkTextView *view)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (gtk_text_view_get_buffer (view), &start, &end);
  return gtk_text_iter_get_text (&start, &end);
}

/* The first widget below @root of a type and with a style class, in the order of the tree. */
GtkWidget *
app_fixture_find (GtkWidget  *root,
                  GType       type,
                  const char *css_class)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found;

      if (g_type_is_a (G_OBJECT_TYPE (child), type)
          && (css_class == NULL || gtk_widget_has_css_class (child, css_class)))
        return child;
      found = app_fixture_find (child, type, css_class);
      if (found != NULL)
        return found;
    }
  return NULL;
}
