/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-window-private.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (SgWindow, sg_window, ADW_TYPE_APPLICATION_WINDOW)

static void open_library (SgWindow *self);

void
sg_window_toast (SgWindow   *self,
                 const char *message)
{
  g_autofree char *escaped = g_markup_escape_text (message, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

const char *
sg_window_get_page (SgWindow *self)
{
  g_return_val_if_fail (SG_IS_WINDOW (self), NULL);

  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "pages") == 0
           ? sg_navigation_get_visible_page (self->navigation)
           : "problem";
}

/* Shows a page and puts the keyboard where one goes on. */
void
sg_window_show_page (SgWindow   *self,
                     const char *name)
{
  sg_navigation_set_visible_page (self->navigation, name);
  if (g_str_equal (name, "story"))
    gtk_widget_grab_focus (GTK_WIDGET (self->story_page));
  else if (g_str_equal (name, "library"))
    gtk_widget_grab_focus (GTK_WIDGET (self->library_page));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->new_story_page));
}

/* The title, and what the library lists, as they are now. */
void
sg_window_refresh (SgWindow *self)
{
  const char *name = sg_navigation_get_visible_page (self->navigation);
  SgSession *session = sg_story_page_get_session (self->story_page);
  const char *title = _("Storyglass");

  if (g_strcmp0 (name, "story") == 0 && session != NULL)
    title = sg_story_get_title (sg_session_get_story (session));
  gtk_window_set_title (GTK_WINDOW (self), title);
  if (g_strcmp0 (name, "library") == 0)
    sg_library_page_reload (self->library_page);
}

static void
session_ready_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (SgWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = sg_sessions_open_finish (SG_SESSIONS (source), result, &error);

  if (session == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        sg_window_toast (self, error->message);
      return;
    }
  sg_story_page_set_session (self->story_page, session);
  sg_window_show_page (self, "story");
}

static GCancellable *
start_opening (SgWindow *self)
{
  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  return self->opening;
}

/**
 * sg_window_open_story:
 * @self: the window
 * @story: the id of a story
 *
 * Opens a story to be played.
 */
void
sg_window_open_story (SgWindow *self,
                      gint64    story)
{
  g_return_if_fail (SG_IS_WINDOW (self));

  if (self->sessions != NULL)
    sg_sessions_open_async (self->sessions, story, start_opening (self), session_ready_cb,
                            g_object_ref (self));
}

/* Begins a new story. */
void
sg_window_begin (SgWindow   *self,
                 SgScenario *scenario)
{
  if (self->sessions != NULL)
    sg_sessions_begin_async (self->sessions, scenario, start_opening (self), session_ready_cb,
                             g_object_ref (self));
}

/* Whoever looks elsewhere while a story is told hears when it can go on. */
static void
turn_finished_cb (SgWindow  *self,
                  SgSession *session,
                  SgTurnRun *run)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  SgStory *story = sg_session_get_story (session);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = NULL;
  SgStage stage = sg_turn_run_get_stage (run);

  if (application == NULL || gtk_window_is_active (GTK_WINDOW (self)) || stage == SG_STAGE_STOPPED)
    return;

  notification = g_notification_new (sg_story_get_title (story));
  g_notification_set_body (notification, stage == SG_STAGE_DONE
                                           ? _("It is your turn.")
                                           : _("The story could not go on."));
  g_notification_set_default_action_and_target (notification, "app.open-story", "x",
                                                sg_story_get_id (story));
  id = g_strdup_printf ("story-%" G_GINT64_FORMAT, sg_story_get_id (story));
  g_application_send_notification (G_APPLICATION (application), id, notification);
}

/* Who is back has seen it. */
static void
is_active_cb (SgWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  SgSession *session = sg_story_page_get_session (self->story_page);

  if (application != NULL && session != NULL && gtk_window_is_active (GTK_WINDOW (self)))
    {
      g_autofree char *id = g_strdup_printf ("story-%" G_GINT64_FORMAT,
                                             sg_story_get_id (sg_session_get_story (session)));

      g_application_withdraw_notification (G_APPLICATION (application), id);
    }
}

static void
library_opened_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (SgWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLibrary) library = sg_library_open_finish (result, &error);

  if (library == NULL)
    {
      sg_problem_page_show (self->problem, self->library_path, error);
      gtk_stack_set_visible_child_name (self->stack, "problem");
      gtk_widget_grab_focus (GTK_WIDGET (self->problem));
      return;
    }

  g_clear_object (&self->sessions);
  self->sessions = sg_sessions_new (library, self->narrator);
  g_signal_connect_object (self->sessions, "turn-finished", G_CALLBACK (turn_finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sessions, "trouble", G_CALLBACK (sg_window_toast), self,
                           G_CONNECT_SWAPPED);
  sg_library_page_set_library (self->library_page, library);
  gtk_stack_set_visible_child_name (self->stack, "pages");
}

static void
open_library (SgWindow *self)
{
  sg_library_open_async (self->library_path, NULL, library_opened_cb, g_object_ref (self));
}

static void
restored_cb (SgWindow   *self,
             const char *kept)
{
  g_autofree char *name = g_path_get_basename (kept);
  g_autofree char *message = g_strdup_printf (_("The old library was kept as “%s”"), name);

  sg_window_toast (self, message);
  open_library (self);
}

/* There is something to choose: the keyboard goes there the first time, and later only when it is nowhere. */
static void
loaded_cb (SgWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (g_strcmp0 (sg_window_get_page (self), "library") == 0
      && (!self->welcomed || focus == NULL || !gtk_widget_get_mapped (focus)))
    self->welcomed = gtk_widget_grab_focus (GTK_WIDGET (self->library_page));
}

static void
bind_settings (SgWindow *self)
{
  GSettings *settings = sg_narrator_get_settings (self->narrator);

  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "performance-visible", self->story_page, "pane-visible",
                   G_SETTINGS_BIND_DEFAULT);
}

/* Half-told turns are stored before the program goes. */
static gboolean
sg_window_close_request (GtkWindow *window)
{
  SgWindow *self = SG_WINDOW (window);

  if (self->sessions != NULL)
    sg_sessions_stop_all (self->sessions);
  return GTK_WINDOW_CLASS (sg_window_parent_class)->close_request (window);
}

static void
sg_window_dispose (GObject *object)
{
  SgWindow *self = SG_WINDOW (object);

  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  if (self->story_page != NULL)
    sg_story_page_set_session (self->story_page, NULL);
  g_clear_object (&self->sessions);
  g_clear_object (&self->narrator);
  g_clear_weak_pointer (&self->preferences);
  g_clear_weak_pointer (&self->shortcuts);
  gtk_widget_dispose_template (GTK_WIDGET (self), SG_TYPE_WINDOW);
  self->story_page = NULL;

  G_OBJECT_CLASS (sg_window_parent_class)->dispose (object);
}

static void
sg_window_finalize (GObject *object)
{
  g_free (SG_WINDOW (object)->library_path);

  G_OBJECT_CLASS (sg_window_parent_class)->finalize (object);
}

static void
sg_window_class_init (SgWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_window_dispose;
  object_class->finalize = sg_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = sg_window_close_request;

  g_type_ensure (SG_TYPE_NAVIGATION);
  g_type_ensure (SG_TYPE_PROBLEM_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SgWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, navigation);
  gtk_widget_class_bind_template_callback (widget_class, open_library);
  gtk_widget_class_bind_template_callback (widget_class, restored_cb);
}

static void
sg_window_init (SgWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->library_page = SG_LIBRARY_PAGE (sg_library_page_new ());
  self->new_story_page = SG_NEW_STORY_PAGE (sg_new_story_page_new ());
  self->story_page = SG_STORY_PAGE (sg_story_page_new ());
  sg_navigation_append (self->navigation, GTK_WIDGET (self->library_page), "library");
  sg_navigation_append (self->navigation, GTK_WIDGET (self->new_story_page), "new-story");
  sg_navigation_append (self->navigation, GTK_WIDGET (self->story_page), "story");
  g_signal_connect_object (self->library_page, "chosen", G_CALLBACK (sg_window_begin), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->library_page, "loaded", G_CALLBACK (loaded_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->new_story_page, "chosen", G_CALLBACK (sg_window_begin), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->navigation, "notify::visible-page", G_CALLBACK (sg_window_refresh),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (is_active_cb), NULL);
  sg_window_init_actions (self);
}

/**
 * sg_window_new:
 * @application: the application
 * @narrator: who tells the stories
 * @library_path: the file of the library
 *
 * Returns: (transfer none): the window, which is about to open the library
 */
SgWindow *
sg_window_new (AdwApplication *application,
               SgNarrator     *narrator,
               const char     *library_path)
{
  SgWindow *self = g_object_new (SG_TYPE_WINDOW, "application", application, NULL);

  self->narrator = g_object_ref (narrator);
  self->library_path = g_strdup (library_path);
  bind_settings (self);
  open_library (self);
  return self;
}

SgStoryPage *
sg_window_get_story_page (SgWindow *self)
{
  g_return_val_if_fail (SG_IS_WINDOW (self), NULL);

  return self->story_page;
}
