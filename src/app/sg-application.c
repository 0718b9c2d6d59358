/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-application.h"

#include <glib/gi18n-lib.h>

#include "app/sg-narrator.h"
#include "app/sg-window.h"
#include "store/sg-library.h"

struct _SgApplication
{
  AdwApplication  parent_instance;

  SgNarrator     *narrator;
  char           *library_path;
};

G_DEFINE_FINAL_TYPE (SgApplication, sg_application, ADW_TYPE_APPLICATION)

static const GOptionEntry option_entries[] = {
  { "library", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Open this library"), N_("FILE") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { NULL }
};

static const struct
{
  const char *action;
  const char *accels[3];
} shortcuts[] = {
  { "app.quit", { "<Control>q" } },
  { "window.close", { "<Control>w" } },
  { "win.new-story", { "<Control>n" } },
  { "win.search", { "<Control>f" } },
  { "win.library", { "<Alt>Left" } },
  { "win.performance", { "F12" } },
  { "win.preferences", { "<Control>comma" } },
  { "win.show-help-overlay", { "<Control>question", "<Control>slash" } },
  { "win.menu", { "F10" } },
};

static SgWindow *
get_window (SgApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (SG_IS_WINDOW (l->data))
        return l->data;
    }
  return sg_window_new (ADW_APPLICATION (self), self->narrator, self->library_path);
}

static void
quit_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (user_data));
  g_autoptr (GList) copy = g_list_copy (windows);

  /* Each window stores what it has before it goes; the last one takes the program with it. */
  for (GList *l = copy; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

/* From a notification: the story may be one of a window that is not there any more. */
static void
open_story_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  SgWindow *window = get_window (user_data);

  gtk_window_present (GTK_WINDOW (window));
  sg_window_open_story (window, g_variant_get_int64 (parameter));
}

static const GActionEntry action_entries[] = {
  { "quit", quit_activated },
  { "open-story", open_story_activated, "x" },
};

/* A library of one's own is no business of the program that runs already with another. */
static int
sg_application_handle_local_options (GApplication *application,
                                     GVariantDict *options)
{
  SgApplication *self = SG_APPLICATION (application);
  g_autofree char *path = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("storyglass %s\n", PACKAGE_VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, "library", "^ay", &path))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

      g_free (self->library_path);
      self->library_path = g_file_get_path (file);
      g_application_set_flags (application,
                               g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
    }
  return -1;
}

static void
sg_application_startup (GApplication *application)
{
  SgApplication *self = SG_APPLICATION (application);
  g_autoptr (GSettings) settings = NULL;

  G_APPLICATION_CLASS (sg_application_parent_class)->startup (application);

  settings = g_settings_new (APPLICATION_ID);
  self->narrator = sg_narrator_new (settings);
  if (self->library_path == NULL)
    self->library_path = sg_library_dup_default_path ();

  g_action_map_add_action_entries (G_ACTION_MAP (self), action_entries,
                                   G_N_ELEMENTS (action_entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action,
                                           (const char **) shortcuts[i].accels);
  gtk_window_set_default_icon_name (APPLICATION_ID);
}

static void
sg_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (SG_APPLICATION (application))));
}

static void
sg_application_dispose (GObject *object)
{
  g_clear_object (&SG_APPLICATION (object)->narrator);

  G_OBJECT_CLASS (sg_application_parent_class)->dispose (object);
}

static void
sg_application_finalize (GObject *object)
{
  g_free (SG_APPLICATION (object)->library_path);

  G_OBJECT_CLASS (sg_application_parent_class)->finalize (object);
}

static void
sg_application_class_init (SgApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = sg_application_dispose;
  object_class->finalize = sg_application_finalize;
  application_class->handle_local_options = sg_application_handle_local_options;
  application_class->startup = sg_application_startup;
  application_class->activate = sg_application_activate;
}

static void
sg_application_init (SgApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), option_entries);
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _("Play interactive stories, with a language model or "
                                              "without one."));
}

SgApplication *
sg_application_new (void)
{
  return g_object_new (SG_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "resource-base-path", "/io/github/storyglass/Storyglass",
                       NULL);
}
