/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-choice-bar.h"

#include <glib/gi18n-lib.h>

#include "app/sg-wrap-layout.h"
#include "compat/sg-focus.h"

struct _SgChoiceBar
{
  GtkWidget  parent_instance;

  GPtrArray *buttons;
  GStrv      choices;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgChoiceBar, sg_choice_bar, GTK_TYPE_WIDGET)

static void
clear (SgChoiceBar *self)
{
  for (guint i = 0; i < self->buttons->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->buttons, i));
  g_ptr_array_set_size (self->buttons, 0);
  g_clear_pointer (&self->choices, g_strfreev);
}

static void
sg_choice_bar_dispose (GObject *object)
{
  clear (SG_CHOICE_BAR (object));

  G_OBJECT_CLASS (sg_choice_bar_parent_class)->dispose (object);
}

static void
sg_choice_bar_finalize (GObject *object)
{
  g_ptr_array_unref (SG_CHOICE_BAR (object)->buttons);

  G_OBJECT_CLASS (sg_choice_bar_parent_class)->finalize (object);
}

static void
sg_choice_bar_class_init (SgChoiceBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sg_choice_bar_dispose;
  object_class->finalize = sg_choice_bar_finalize;
  GTK_WIDGET_CLASS (klass)->focus = sg_focus_next_child;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "choicebar");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sg_choice_bar_init (SgChoiceBar *self)
{
  g_autoptr (GtkLayoutManager) layout = sg_wrap_layout_new (6);

  self->buttons = g_ptr_array_new ();
  gtk_widget_set_layout_manager (GTK_WIDGET (self), g_steal_pointer (&layout));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Choices"),
                                  -1);
}

GtkWidget *
sg_choice_bar_new (void)
{
  return g_object_new (SG_TYPE_CHOICE_BAR, NULL);
}

static void
clicked_cb (SgChoiceBar *self,
            GtkButton   *button)
{
  guint position;

  if (g_ptr_array_find (self->buttons, button, &position))
    sg_choice_bar_choose (self, position + 1);
}

static void
add_choice (SgChoiceBar *self,
            const char  *choice,
            guint        number)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new (choice);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (number <= 9)
    {
      g_autofree char *text = g_strdup_printf ("%u", number);
      g_autofree char *tooltip = g_strdup_printf (_("Ctrl+%u"), number);
      GtkWidget *badge = gtk_label_new (text);

      gtk_widget_add_css_class (badge, "choice-number");
      gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (box), badge);
      gtk_widget_set_tooltip_text (button, tooltip);
    }
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "choice");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, choice,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  g_ptr_array_add (self->buttons, button);
}

/**
 * sg_choice_bar_set_choices:
 * @self: the bar
 * @choices: (nullable): the choices, as text
 *
 * Shows other choices, or none.
 */
void
sg_choice_bar_set_choices (SgChoiceBar        *self,
                           const char * const *choices)
{
  guint n = 0;

  g_return_if_fail (SG_IS_CHOICE_BAR (self));

  if (choices != NULL && self->choices != NULL
      && g_strv_equal (choices, (const char * const *) self->choices))
    return;

  clear (self);
  self->choices = g_strdupv ((GStrv) choices);
  for (; choices != NULL && choices[n] != NULL; n++)
    add_choice (self, choices[n], n + 1);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

/**
 * sg_choice_bar_choose:
 * @self: the bar
 * @number: which choice, from 1
 *
 * Returns: whether there is such a choice
 */
gboolean
sg_choice_bar_choose (SgChoiceBar *self,
                      guint        number)
{
  g_autofree char *choice = NULL;

  g_return_val_if_fail (SG_IS_CHOICE_BAR (self), FALSE);

  if (number == 0 || number > self->buttons->len || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return FALSE;

  choice = g_strdup (self->choices[number - 1]);
  g_signal_emit (self, signals[CHOSEN], 0, choice);
  return TRUE;
}
