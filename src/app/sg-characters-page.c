/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-characters-page.h"

#include <glib/gi18n-lib.h>

#include "compat/sg-preferences-host.h"
#include "tools/sg-character-sheet.h"

struct _SgCharactersPage
{
  AdwPreferencesPage   parent_instance;

  AdwEntryRow         *brief;
  GtkSpinButton       *count;
  GtkWidget           *make;
  GtkWidget           *stop;
  GtkWidget           *again;
  GtkWidget           *add;
  GtkLabel            *trouble;
  AdwPreferencesGroup *cast;

  SgSession           *session;
  SgCharacterForge    *forge;
  GCancellable        *cancellable;
  GPtrArray           *rows;
  GPtrArray           *marks;
  gboolean             adding;
};

enum
{
  ADDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgCharactersPage, sg_characters_page, ADW_TYPE_PREFERENCES_PAGE)

static void
update (SgCharactersPage *self)
{
  gboolean running = self->cancellable != NULL;
  gboolean idle = !running && !self->adding;
  guint n_done = self->forge != NULL ? sg_character_forge_get_n_done (self->forge) : 0;
  guint n = self->forge != NULL ? sg_character_forge_get_count (self->forge) : 0;
  const char *brief = gtk_editable_get_text (GTK_EDITABLE (self->brief));

  gtk_widget_set_visible (self->make, !running);
  gtk_widget_set_sensitive (self->make, idle && *brief != '\0');
  gtk_widget_set_visible (self->stop, running);
  gtk_widget_set_visible (self->again, !running && n_done > 0 && n_done < n);
  gtk_widget_set_sensitive (self->again, idle);
  gtk_widget_set_visible (self->add, n_done > 0);
  gtk_widget_set_sensitive (self->add, idle && !sg_session_get_busy (self->session));
  gtk_editable_set_editable (GTK_EDITABLE (self->brief), idle);
  gtk_editable_set_editable (GTK_EDITABLE (self->count), idle);
}

static void
show_trouble (SgCharactersPage *self,
              const char       *sentence)
{
  gtk_label_set_text (self->trouble, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), sentence != NULL);
}

static GtkWidget *
make_mark (SgForgeState state)
{
  GtkWidget *mark;

  if (state == SG_FORGE_RUNNING)
    {
      mark = gtk_spinner_new ();
      gtk_spinner_start (GTK_SPINNER (mark));
      return mark;
    }
  if (state == SG_FORGE_WAITING)
    return NULL;

  return gtk_image_new_from_icon_name (state == SG_FORGE_DONE ? "object-select-symbolic"
                                                              : "dialog-warning-symbolic");
}

/* What a row says of a character: who it is and, when it is done, what they are like. */
static void
update_row (SgCharactersPage *self,
            guint             position)
{
  const SgForged *forged = sg_character_forge_get (self->forge, position);
  AdwActionRow *row = g_ptr_array_index (self->rows, position);
  GtkWidget *old = g_ptr_array_index (self->marks, position);
  GtkWidget *mark = make_mark (forged->state);
  g_autofree char *numbered = g_strdup_printf (_("Character %u"), position + 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 forged->name != NULL ? forged->name : numbered);
  if (forged->state == SG_FORGE_FAILED)
    adw_action_row_set_subtitle (row, forged->error);
  else if (forged->sheet != NULL)
    {
      g_autofree char *text = sg_character_sheet_dup_text (forged->sheet);

      adw_action_row_set_subtitle (row, text);
    }
  else
    adw_action_row_set_subtitle (row, forged->role != NULL ? forged->role : "");

  if (old != NULL)
    adw_action_row_remove (row, old);
  if (mark != NULL)
    adw_action_row_add_suffix (row, mark);
  g_ptr_array_index (self->marks, position) = mark;
}

static void
changed_cb (SgCharactersPage *self,
            guint             position)
{
  update_row (self, position);
  update (self);
}

/* What the server makes the player wait for, as long as it does. */
static void
asker_changed_cb (SgCharactersPage *self,
                  SgAsker          *asker)
{
  if (self->session != NULL && self->cancellable != NULL)
    show_trouble (self, sg_asker_get_waiting (asker));
}

static void
warned_cb (SgCharactersPage *self,
           const char       *message)
{
  if (self->session != NULL)
    show_trouble (self, message);
}

static void
clear_rows (SgCharactersPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->cast, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->marks, 0);
}

static void
add_rows (SgCharactersPage *self)
{
  clear_rows (self);
  for (guint i = 0; i < sg_character_forge_get_count (self->forge); i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 4);
      adw_preferences_group_add (self->cast, row);
      g_ptr_array_add (self->rows, row);
      g_ptr_array_add (self->marks, NULL);
      update_row (self, i);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->cast), TRUE);
}

static void
ran_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (SgCharactersPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_character_forge_run_finish (SG_CHARACTER_FORGE (source), result, &error)
      && self->session != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_trouble (self, error->message);
  g_clear_object (&self->cancellable);
  if (self->session != NULL)
    update (self);
}

/* Makes those that are missing. */
static void
run (SgCharactersPage *self)
{
  if (self->cancellable != NULL)
    return;

  show_trouble (self, NULL);
  self->cancellable = g_cancellable_new ();
  sg_character_forge_run_async (self->forge, self->cancellable, ran_cb, g_object_ref (self));
  update (self);
}

static void
make (SgCharactersPage *self)
{
  const char *brief = gtk_editable_get_text (GTK_EDITABLE (self->brief));
  g_autoptr (GError) error = NULL;
  SgCharacterForge *forge;
  SgAsker *asker;

  if (self->cancellable != NULL || self->adding || *brief == '\0')
    return;

  forge = sg_session_forge_characters (self->session, brief,
                                       (guint) gtk_spin_button_get_value_as_int (self->count), &error);
  if (forge == NULL)
    {
      show_trouble (self, error->message);
      return;
    }

  g_set_object (&self->forge, forge);
  g_object_unref (forge);
  g_signal_connect_object (forge, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  asker = sg_character_forge_get_asker (forge);
  g_signal_connect_object (asker, "changed", G_CALLBACK (asker_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (asker, "warning", G_CALLBACK (warned_cb), self, G_CONNECT_SWAPPED);
  add_rows (self);
  run (self);
}

static void
stop (SgCharactersPage *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (SgCharactersPage) self = user_data;
  g_autoptr (GError) error = NULL;

  self->adding = FALSE;
  if (self->session == NULL)
    return;

  if (sg_session_add_characters_finish (SG_SESSION (source), result, &error))
    g_signal_emit (self, signals[ADDED], 0);
  else
    show_trouble (self, error->message);
  update (self);
}

static void
add (SgCharactersPage *self)
{
  g_autoptr (GPtrArray) sheets = g_ptr_array_new ();

  for (guint i = 0; i < sg_character_forge_get_count (self->forge); i++)
    {
      const SgForged *forged = sg_character_forge_get (self->forge, i);

      if (forged->state == SG_FORGE_DONE)
        g_ptr_array_add (sheets, forged->sheet);
    }

  self->adding = TRUE;
  show_trouble (self, NULL);
  update (self);
  sg_session_add_characters_async (self->session, sheets, NULL, added_cb, g_object_ref (self));
}

/* Whoever closes the page does not want them any more. */
static void
sg_characters_page_unroot (GtkWidget *widget)
{
  stop (SG_CHARACTERS_PAGE (widget));

  GTK_WIDGET_CLASS (sg_characters_page_parent_class)->unroot (widget);
}

static void
sg_characters_page_dispose (GObject *object)
{
  SgCharactersPage *self = SG_CHARACTERS_PAGE (object);

  g_clear_object (&self->forge);
  g_clear_object (&self->session);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), SG_TYPE_CHARACTERS_PAGE);

  G_OBJECT_CLASS (sg_characters_page_parent_class)->dispose (object);
}

static void
sg_characters_page_class_init (SgCharactersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_characters_page_dispose;
  widget_class->unroot = sg_characters_page_unroot;

  signals[ADDED] = g_signal_new ("added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/storyglass/Storyglass/sg-characters-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, brief);
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, count);
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, make);
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, stop);
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, again);
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, add);
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, SgCharactersPage, cast);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, make);
  gtk_widget_class_bind_template_callback (widget_class, stop);
  gtk_widget_class_bind_template_callback (widget_class, run);
  gtk_widget_class_bind_template_callback (widget_class, add);
}

static void
sg_characters_page_init (SgCharactersPage *self)
{
  self->rows = g_ptr_array_new ();
  self->marks = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * sg_characters_page_new:
 * @session: the story that the characters are for
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
sg_characters_page_new (SgSession *session)
{
  SgCharactersPage *self;

  g_return_val_if_fail (SG_IS_SESSION (session), NULL);

  self = g_object_new (SG_TYPE_CHARACTERS_PAGE, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::busy", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (!sg_model_is_language_model (sg_session_get_model (session)))
    show_trouble (self, _("Characters are made by a language model. Connect one in the preferences first."));
  update (self);

  return GTK_WIDGET (self);
}

/**
 * sg_characters_page_show:
 * @parent: a widget of the window
 * @session: the story that the characters are for
 *
 * Shows the page in front of the window.
 */
void
sg_characters_page_show (GtkWidget *parent,
                         SgSession *session)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (sg_characters_page_new (session));
  GtkWidget *host = sg_preferences_present (parent, _("Add Characters"), &page, 1);

  g_signal_connect_object (page, "added", G_CALLBACK (sg_preferences_close), host, G_CONNECT_SWAPPED);
}
