/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-problem-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-alert.h"
#include "compat/sg-focus.h"
#include "store/sg-backup.h"
#include "store/sg-library.h"

struct _SgProblemPage
{
  GtkWidget            parent_instance;

  GtkLabel            *title;
  GtkLabel            *body;
  GtkWidget           *try_again;
  AdwPreferencesGroup *backups;

  GPtrArray           *rows;
  GPtrArray           *found;
  char                *path;
};

enum
{
  TRY_AGAIN,
  RESTORED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgProblemPage, sg_problem_page, GTK_TYPE_WIDGET)

typedef struct
{
  SgProblemPage *self;
  char          *backup;
} Restore;

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  G_GNUC_UNUSED g_autofree char *answer = sg_alert_choose_finish (result, NULL);
}

static void
restore (SgProblemPage *self,
         const char    *backup)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = sg_backup_restore (self->path, backup, &error);

  if (error != NULL)
    {
      SgAlertButton button = { "close", _("_Close"), SG_ALERT_PLAIN };

      sg_alert_choose_async (GTK_WIDGET (self), _("The Backup Was Not Restored"), error->message,
                             NULL, &button, 1, told_cb, NULL);
      return;
    }
  g_signal_emit (self, signals[RESTORED], 0, kept);
}

static void
restore_answered_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autofree Restore *question = user_data;
  g_autoptr (SgProblemPage) self = question->self;
  g_autofree char *backup = question->backup;
  g_autofree char *answer = sg_alert_choose_finish (result, NULL);

  if (g_strcmp0 (answer, "restore") == 0)
    restore (self, backup);
}

static char *
dup_date (gint64 created)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (created / G_USEC_PER_SEC);

  /* Translators: date and time of a backup, as strftime() takes them */
  return date != NULL ? g_date_time_format (date, _("%-e %B %Y, %H:%M")) : g_strdup ("");
}

static void
backup_clicked_cb (SgProblemPage *self,
                   GtkButton     *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);
  SgAlertButton buttons[] = {
    { "cancel", _("_Cancel"), SG_ALERT_PLAIN },
    { "restore", _("_Restore"), SG_ALERT_SUGGESTED },
  };
  g_autofree char *date = NULL;
  g_autofree char *body = NULL;
  Restore *question;
  SgBackup *backup;
  guint position;

  if (!g_ptr_array_find (self->rows, row, &position))
    return;

  backup = g_ptr_array_index (self->found, position);
  date = dup_date (backup->created);
  body = g_strdup_printf (_("The stories will be as they were on %s. The library as it is now is "
                            "kept beside it."), date);
  question = g_new0 (Restore, 1);
  question->self = g_object_ref (self);
  question->backup = g_strdup (backup->path);
  sg_alert_choose_async (GTK_WIDGET (self), _("Restore This Backup?"), body, NULL,
                         buttons, G_N_ELEMENTS (buttons), restore_answered_cb, question);
}

static void
add_backup (SgProblemPage  *self,
            const SgBackup *backup)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Restore…"));
  g_autofree char *date = dup_date (backup->created);
  g_autofree char *size = g_format_size ((guint64) MAX (backup->size, 0));
  g_autofree char *stories = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *name = g_strdup_printf (_("Restore the backup of %s"), date);

  if (backup->stories >= 0)
    stories = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d story", "%d stories",
                                            (gulong) backup->stories),
                               (int) backup->stories);
  else
    stories = g_strdup (_("Cannot be read"));
  subtitle = g_strdup_printf ("%s · %s", stories, size);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), date);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  sg_accessible_set_label (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, backup->stories >= 0);
  g_signal_connect_object (button, "clicked", G_CALLBACK (backup_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->backups, row);
  g_ptr_array_add (self->rows, row);
}

static void
show_backups (SgProblemPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->backups, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  g_clear_pointer (&self->found, g_ptr_array_unref);
  self->found = sg_backup_list (self->path);
  for (guint i = 0; i < self->found->len; i++)
    add_backup (self, g_ptr_array_index (self->found, i));
  gtk_widget_set_visible (GTK_WIDGET (self->backups), self->found->len > 0);
}

static void
try_again_cb (SgProblemPage *self)
{
  g_signal_emit (self, signals[TRY_AGAIN], 0);
}

static gboolean
sg_problem_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (SG_PROBLEM_PAGE (widget)->try_again);
}

static void
sg_problem_page_dispose (GObject *object)
{
  sg_widget_dispose_template (object, SG_TYPE_PROBLEM_PAGE);

  G_OBJECT_CLASS (sg_problem_page_parent_class)->dispose (object);
}

static void
sg_problem_page_finalize (GObject *object)
{
  SgProblemPage *self = SG_PROBLEM_PAGE (object);

  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_ptr_array_unref (self->rows);
  g_free (self->path);

  G_OBJECT_CLASS (sg_problem_page_parent_class)->finalize (object);
}

static void
sg_problem_page_class_init (SgProblemPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_problem_page_dispose;
  object_class->finalize = sg_problem_page_finalize;
  widget_class->focus = sg_focus_next_child;
  widget_class->grab_focus = sg_problem_page_grab_focus;

  signals[TRY_AGAIN] = g_signal_new ("try-again", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESTORED] = g_signal_new ("restored", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-problem-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgProblemPage, title);
  gtk_widget_class_bind_template_child (widget_class, SgProblemPage, body);
  gtk_widget_class_bind_template_child (widget_class, SgProblemPage, try_again);
  gtk_widget_class_bind_template_child (widget_class, SgProblemPage, backups);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
}

static void
sg_problem_page_init (SgProblemPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_accessible_name_buttons (GTK_WIDGET (self));
}

GtkWidget *
sg_problem_page_new (void)
{
  return g_object_new (SG_TYPE_PROBLEM_PAGE, NULL);
}

static const char *
get_title (const GError *error)
{
  if (error->domain != SG_LIBRARY_ERROR)
    return _("Your Stories Cannot Be Opened");

  switch ((SgLibraryError) error->code)
    {
    case SG_LIBRARY_ERROR_DAMAGED:
      return _("The Library Is Damaged");
    case SG_LIBRARY_ERROR_NEWER:
      return _("The Library Is Newer Than This Program");
    case SG_LIBRARY_ERROR_READ_ONLY:
      return _("The Library Cannot Be Written");
    case SG_LIBRARY_ERROR_LOCKED:
      return _("The Library Is in Use");
    case SG_LIBRARY_ERROR_FULL:
      return _("The Disk Is Full");
    case SG_LIBRARY_ERROR_FAILED:
    case SG_LIBRARY_ERROR_NOT_FOUND:
    case SG_LIBRARY_ERROR_MOVED_ON:
    default:
      return _("Your Stories Cannot Be Opened");
    }
}

/**
 * sg_problem_page_show:
 * @self: the page
 * @path: the file of the library
 * @error: why it could not be opened
 *
 * Says what is wrong, and lists the backups.
 */
void
sg_problem_page_show (SgProblemPage *self,
                      const char    *path,
                      const GError  *error)
{
  g_return_if_fail (SG_IS_PROBLEM_PAGE (self));
  g_return_if_fail (path != NULL && error != NULL);

  g_free (self->path);
  self->path = g_strdup (path);
  gtk_label_set_label (self->title, get_title (error));
  gtk_label_set_label (self->body, error->message);
  show_backups (self);
}
