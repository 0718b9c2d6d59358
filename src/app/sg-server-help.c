/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-server-help.h"

#include <glib/gi18n-lib.h>

#include "compat/sg-accessible.h"

typedef struct
{
  const char *name;
  const char *summary;
  const char *text;
  const char *address;
} Help;

static const Help helps[] = {
  {
    "llama.cpp",
    N_("Small and quick; started from a terminal"),
    N_("Get it from your distribution or from github.com/ggml-org/llama.cpp, and a model as a GGUF "
       "file, for example from huggingface.co. Then run:\n\n"
       "llama-server --model MODEL.gguf --jinja\n\n"
       "--jinja lets the model call tools. --ctx-size sets how much it can remember."),
    "http://localhost:8080/v1",
  },
  {
    "Ollama",
    N_("Gets models by their names"),
    N_("Get it from ollama.com. Then run, for example:\n\n"
       "ollama pull qwen3:4b\n\n"
       "It keeps running in the background. Its context is short unless OLLAMA_CONTEXT_LENGTH is set to "
       "more, such as 8192, before it starts."),
    "http://localhost:11434/v1",
  },
  {
    "LM Studio",
    N_("An application with a window"),
    N_("Get it from lmstudio.ai, download a model in it, load the model, and start the server on its "
       "developer page."),
    "http://localhost:1234/v1",
  },
};

typedef struct
{
  SgServerHelpFunc  func;
  gpointer          user_data;
  const char       *address;
} Use;

static void
use_clicked_cb (GtkButton *button,
                gpointer   user_data)
{
  Use *use = user_data;

  use->func (use->address, use->user_data);
}

static void
use_free (gpointer  data,
          GClosure *closure)
{
  g_free (data);
}

static GtkWidget *
create_body (const Help       *help,
             SgServerHelpFunc  func,
             gpointer          user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *label = gtk_label_new (_(help->text));
  g_autofree char *text = g_strdup_printf (_("_Use %s"), help->address);
  GtkWidget *button = gtk_button_new_with_mnemonic (text);
  Use *use = g_new0 (Use, 1);

  use->func = func;
  use->user_data = user_data;
  use->address = help->address;
  g_signal_connect_data (button, "clicked", G_CALLBACK (use_clicked_cb), use, use_free, 0);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  return box;
}

/**
 * sg_server_help_fill:
 * @group: a group of the preferences
 * @func: called with the address of a server that is to be used
 * @user_data: data for @func; must live as long as @group
 *
 * Says how to come by a model server, for those who have none.
 */
void
sg_server_help_fill (AdwPreferencesGroup *group,
                     SgServerHelpFunc     func,
                     gpointer             user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (helps); i++)
    {
      GtkWidget *row = adw_expander_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), helps[i].name);
      sg_accessible_set_label (row, helps[i].name);
      adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), _(helps[i].summary));
      adw_expander_row_add_row (ADW_EXPANDER_ROW (row), create_body (&helps[i], func, user_data));
      adw_preferences_group_add (group, row);
    }
}
