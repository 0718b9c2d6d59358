/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgNoticeButton:
 * @label: with a mnemonic
 * @action: the name of the action that it activates
 * @css_class: (nullable): such as `suggested-action`
 */
typedef struct
{
  const char *label;
  const char *action;
  const char *css_class;
} SgNoticeButton;

/* A bar that says what is the matter and what can be done about it. */
#define SG_TYPE_NOTICE (sg_notice_get_type ())

G_DECLARE_FINAL_TYPE (SgNotice, sg_notice, SG, NOTICE, GtkWidget)

GtkWidget *sg_notice_new  (void);
void       sg_notice_show (SgNotice             *self,
                           const char           *icon_name,
                           const char           *title,
                           const char           *body,
                           const SgNoticeButton *buttons,
                           guint                 n_buttons);
void       sg_notice_hide (SgNotice             *self);

G_END_DECLS
