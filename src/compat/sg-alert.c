/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compat/sg-alert.h"

#include <adwaita.h>

#if ADW_CHECK_VERSION (1, 5, 0)
typedef AdwAlertDialog Dialog;
typedef AdwResponseAppearance Look;
#define dialog_new(parent, heading, body) ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, body))
#define dialog_add adw_alert_dialog_add_response
#define dialog_set_look adw_alert_dialog_set_response_appearance
#define dialog_set_default adw_alert_dialog_set_default_response
#define dialog_set_close adw_alert_dialog_set_close_response
#define dialog_set_extra adw_alert_dialog_set_extra_child
#define dialog_set_focus(dialog, widget) adw_dialog_set_focus (ADW_DIALOG (dialog), widget)
#define dialog_present(dialog, parent) adw_dialog_present (ADW_DIALOG (dialog), parent)
#else
typedef AdwMessageDialog Dialog;
typedef AdwResponseAppearance Look;
#define dialog_new(parent, heading, body) \
  ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (parent)), heading, body))
#define dialog_add adw_message_dialog_add_response
#define dialog_set_look adw_message_dialog_set_response_appearance
#define dialog_set_default adw_message_dialog_set_default_response
#define dialog_set_close adw_message_dialog_set_close_response
#define dialog_set_extra adw_message_dialog_set_extra_child
#define dialog_set_focus(dialog, widget) gtk_window_set_focus (GTK_WINDOW (dialog), widget)
#define dialog_present(dialog, parent) gtk_window_present (GTK_WINDOW (dialog))
#endif

static void
response_cb (Dialog     *dialog,
             const char *response,
             gpointer    user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  g_task_return_pointer (task, g_strdup (response), g_free);
}

static Look
to_appearance (SgAlertLook look)
{
  switch (look)
    {
    case SG_ALERT_SUGGESTED:
      return ADW_RESPONSE_SUGGESTED;
    case SG_ALERT_DESTRUCTIVE:
      return ADW_RESPONSE_DESTRUCTIVE;
    case SG_ALERT_PLAIN:
    default:
      return ADW_RESPONSE_DEFAULT;
    }
}

/**
 * sg_alert_choose_async:
 * @parent: a widget of the window that asks
 * @heading: what is asked
 * @body: (nullable): what more there is to say
 * @extra: (nullable) (transfer floating): a widget between the text and the buttons, which has the keyboard first
 * @buttons: (array length=n_buttons): the first one is what closing the alert means, the
 *   last one what Enter means
 * @n_buttons: how many there are
 * @callback: called with the answer
 * @user_data: data for @callback
 *
 * Asks the player something and waits for the answer.
 */
void
sg_alert_choose_async (GtkWidget           *parent,
                       const char          *heading,
                       const char          *body,
                       GtkWidget           *extra,
                       const SgAlertButton *buttons,
                       guint                n_buttons,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;
  Dialog *dialog;

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (buttons != NULL && n_buttons > 0);

  task = g_task_new (parent, NULL, callback, user_data);
  g_task_set_source_tag (task, sg_alert_choose_async);

  dialog = dialog_new (parent, heading, body);
  for (guint i = 0; i < n_buttons; i++)
    {
      dialog_add (dialog, buttons[i].id, buttons[i].label);
      dialog_set_look (dialog, buttons[i].id, to_appearance (buttons[i].look));
    }
  dialog_set_close (dialog, buttons[0].id);
  dialog_set_default (dialog, buttons[n_buttons - 1].id);
  if (extra != NULL)
    {
      dialog_set_extra (dialog, extra);
      dialog_set_focus (dialog, extra);
    }

  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  dialog_present (dialog, parent);
}

/**
 * sg_alert_choose_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full): the id of the button that was chosen
 */
char *
sg_alert_choose_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == sg_alert_choose_async, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
