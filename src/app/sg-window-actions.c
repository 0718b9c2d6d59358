/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the player can do anywhere in the window. */

#include "config.h"

#include "app/sg-window-private.h"

#include <glib/gi18n-lib.h>

#include "app/sg-preferences.h"
#include "app/sg-shortcuts.h"
#include "compat/sg-about.h"
#include "compat/sg-alert.h"
#include "store/sg-tables.h"

typedef struct
{
  SgWindow *self;
  gint64    story;
  char     *title;
  gboolean  trashed;
} StoryChange;

static StoryChange *
story_change_new (SgWindow *self,
                  gint64    story)
{
  StoryChange *change = g_new0 (StoryChange, 1);

  change->self = g_object_ref (self);
  change->story = story;
  return change;
}

static void
story_change_free (gpointer data)
{
  StoryChange *change = data;

  g_object_unref (change->self);
  g_free (change->title);
  g_free (change);
}

static gboolean
trash_job (SgConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  StoryChange *change = data;

  return sg_stories_set_trashed (connection, change->story, change->trashed, error);
}

static void
offer_undo (SgWindow   *self,
            gint64      story,
            const char *title)
{
  g_autofree char *escaped = g_markup_escape_text (title != NULL ? title : "", -1);
  g_autofree char *message = g_strdup_printf (_("“%s” moved to the trash"), escaped);
  AdwToast *toast = adw_toast_new (message);

  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "win.restore-story");
  adw_toast_set_action_target (toast, "x", story);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
trashed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  StoryChange *change = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_library_write_finish (SG_LIBRARY (source), result, &error))
    sg_window_toast (change->self, error->message);
  else if (change->trashed)
    offer_undo (change->self, change->story, change->title);
  sg_library_page_reload (change->self->library_page);
}

/* Moves a story to the trash, or takes it out again. */
void
sg_window_trash_story (SgWindow *self,
                       gint64    story,
                       gboolean  trashed)
{
  StoryChange *change;

  if (self->sessions == NULL)
    return;

  change = story_change_new (self, story);
  change->trashed = trashed;
  change->title = g_strdup (sg_library_page_get_title (self->library_page, story));
  sg_library_write_async (sg_sessions_get_library (self->sessions), SG_DURABILITY_FULL, trash_job,
                          change, story_change_free, NULL, trashed_cb, change);
}

static gboolean
rename_job (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  StoryChange *change = data;

  return sg_stories_set_title (connection, change->story, change->title, error);
}

static void
renamed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  StoryChange *change = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_library_write_finish (SG_LIBRARY (source), result, &error))
    sg_window_toast (change->self, error->message);
  sg_library_page_reload (change->self->library_page);
}

static void
story_renamed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (SgWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_story_move_finish (SG_STORY (source), result, &error))
    sg_window_toast (self, error->message);
  sg_window_refresh (self);
}

static void
rename_to (SgWindow   *self,
           gint64      story,
           const char *title)
{
  SgSession *session = sg_sessions_lookup (self->sessions, story);
  StoryChange *change;

  if (session != NULL)
    {
      sg_story_set_title_async (sg_session_get_story (session), title, NULL, story_renamed_cb,
                                g_object_ref (self));
      return;
    }
  change = story_change_new (self, story);
  change->title = g_strdup (title);
  sg_library_write_async (sg_sessions_get_library (self->sessions), SG_DURABILITY_FULL, rename_job,
                          change, story_change_free, NULL, renamed_cb, change);
}

typedef struct
{
  SgWindow  *self;
  gint64     story;
  GtkWidget *entry;
} Rename;

static void
rename_answered_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autofree Rename *question = user_data;
  g_autoptr (SgWindow) self = question->self;
  g_autoptr (GtkWidget) entry = question->entry;
  g_autofree char *answer = sg_alert_choose_finish (result, NULL);
  g_autofree char *title = g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry)));

  g_strstrip (title);
  if (g_strcmp0 (answer, "rename") == 0 && *title != '\0' && self->sessions != NULL)
    rename_to (self, question->story, title);
}

/* Asks for another title of a story. */
void
sg_window_rename_story (SgWindow *self,
                        gint64    story)
{
  SgSession *session;
  const char *title;
  SgAlertButton buttons[] = {
    { "cancel", _("_Cancel"), SG_ALERT_PLAIN },
    { "rename", _("_Rename"), SG_ALERT_SUGGESTED },
  };
  Rename *question;

  if (self->sessions == NULL)
    return;

  session = sg_sessions_lookup (self->sessions, story);
  title = session != NULL ? sg_story_get_title (sg_session_get_story (session))
                          : sg_library_page_get_title (self->library_page, story);
  question = g_new0 (Rename, 1);
  question->self = g_object_ref (self);
  question->story = story;
  question->entry = g_object_ref_sink (gtk_entry_new ());
  gtk_editable_set_text (GTK_EDITABLE (question->entry), title != NULL ? title : "");
  gtk_entry_set_activates_default (GTK_ENTRY (question->entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (question->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Title"),
                                  -1);
  sg_alert_choose_async (GTK_WIDGET (self), _("Rename Story"), NULL, question->entry,
                         buttons, G_N_ELEMENTS (buttons), rename_answered_cb, question);
}

static gint64
get_current_story (SgWindow *self)
{
  SgSession *session = sg_story_page_get_session (self->story_page);

  if (session == NULL || g_strcmp0 (sg_window_get_page (self), "story") != 0)
    return 0;
  return sg_story_get_id (sg_session_get_story (session));
}

static void
library_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  sg_window_show_page (user_data, "library");
}

static void
new_story_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  SgWindow *self = user_data;

  if (self->sessions == NULL)
    return;
  if (g_strcmp0 (sg_window_get_page (self), "new-story") != 0)
    sg_new_story_page_reload (self->new_story_page);
  sg_window_show_page (self, "new-story");
}

static void
open_story_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  sg_window_open_story (user_data, g_variant_get_int64 (parameter));
}

static void
rename_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  gint64 story = get_current_story (user_data);

  if (story != 0)
    sg_window_rename_story (user_data, story);
}

static void
rename_story_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  sg_window_rename_story (user_data, g_variant_get_int64 (parameter));
}

static void
trash_story_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  sg_window_trash_story (user_data, g_variant_get_int64 (parameter), TRUE);
}

static void
restore_story_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  sg_window_trash_story (user_data, g_variant_get_int64 (parameter), FALSE);
}

static void
show_turn_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  SgWindow *self = user_data;

  sg_story_page_show_turn (self->story_page, g_variant_get_int64 (parameter));
}

static void
search_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  SgWindow *self = user_data;

  if (g_strcmp0 (sg_window_get_page (self), "library") == 0)
    sg_library_page_search (self->library_page);
}

static void
menu_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  SgWindow *self = user_data;
  const char *page = sg_window_get_page (self);

  if (g_strcmp0 (page, "library") == 0)
    sg_library_page_open_menu (self->library_page);
  else if (g_strcmp0 (page, "story") == 0)
    sg_story_page_open_menu (self->story_page);
}

static void
preferences_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  SgWindow *self = user_data;

  if (self->preferences != NULL)
    return;
  g_set_weak_pointer (&self->preferences, sg_preferences_show (GTK_WIDGET (self), self->narrator));
}

static void
show_help_overlay_activated (GSimpleAction *action,
                             GVariant      *parameter,
                             gpointer       user_data)
{
  SgWindow *self = user_data;

  if (self->shortcuts == NULL)
    g_set_weak_pointer (&self->shortcuts, sg_shortcuts_show (GTK_WIDGET (self)));
}

static void
about_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  SgAbout about = {
    .name = "Storyglass",
    .icon = APPLICATION_ID,
    .version = PACKAGE_VERSION,
    .developer = _("The Storyglass authors"),
    .comments = _("Play interactive stories, with a language model or without one, and see where the "
                  "time of every turn goes."),
  };

  sg_about_present (GTK_WIDGET (user_data), &about);
}

static const GActionEntry action_entries[] = {
  { "library", library_activated },
  { "new-story", new_story_activated },
  { "open-story", open_story_activated, "x" },
  { "rename", rename_activated },
  { "rename-story", rename_story_activated, "x" },
  { "trash-story", trash_story_activated, "x" },
  { "restore-story", restore_story_activated, "x" },
  { "show-turn", show_turn_activated, "x" },
  { "search", search_activated },
  { "menu", menu_activated },
  { "preferences", preferences_activated },
  { "show-help-overlay", show_help_overlay_activated },
  { "about", about_activated },
};

void
sg_window_init_actions (SgWindow *self)
{
  g_autoptr (GPropertyAction) performance =
    g_property_action_new ("performance", self->story_page, "pane-visible");

  g_action_map_add_action_entries (G_ACTION_MAP (self), action_entries,
                                   G_N_ELEMENTS (action_entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (performance));
}
