/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgAlertLook:
 * @SG_ALERT_PLAIN: an ordinary answer
 * @SG_ALERT_SUGGESTED: what most people will want
 * @SG_ALERT_DESTRUCTIVE: takes something away
 */
typedef enum
{
  SG_ALERT_PLAIN,
  SG_ALERT_SUGGESTED,
  SG_ALERT_DESTRUCTIVE,
} SgAlertLook;

/**
 * SgAlertButton:
 * @id: what sg_alert_choose_finish() returns for it
 * @label: with a mnemonic
 */
typedef struct
{
  const char  *id;
  const char  *label;
  SgAlertLook  look;
} SgAlertButton;

void  sg_alert_choose_async  (GtkWidget            *parent,
                              const char           *heading,
                              const char           *body,
                              GtkWidget            *extra,
                              const SgAlertButton  *buttons,
                              guint                 n_buttons,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
char *sg_alert_choose_finish (GAsyncResult         *result,
                              GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
