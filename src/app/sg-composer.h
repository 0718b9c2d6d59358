/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "engine/sg-session.h"

G_BEGIN_DECLS

/* Where the player writes.  Enter sends, Shift+Enter begins a new line.
 *
 * Properties: mode (`do`, `say` or `story`), busy (whether a turn runs: words are then queued).
 * Signals:
 *   submit (const char *mode, const char *text, gint64 pressed_us)    pressed: the monotonic time
 *   withdraw (guint ticket)                                 queued words are to be taken back */
#define SG_TYPE_COMPOSER (sg_composer_get_type ())

G_DECLARE_FINAL_TYPE (SgComposer, sg_composer, SG, COMPOSER, GtkWidget)

GtkWidget  *sg_composer_new        (void);
const char *sg_composer_get_mode   (SgComposer          *self);
void        sg_composer_set_mode   (SgComposer          *self,
                                    const char          *mode);
void        sg_composer_next_mode  (SgComposer          *self);
gboolean    sg_composer_get_busy   (SgComposer          *self);
void        sg_composer_set_busy   (SgComposer          *self,
                                    gboolean             busy);
char       *sg_composer_dup_text   (SgComposer          *self) G_GNUC_WARN_UNUSED_RESULT;
void        sg_composer_set_text   (SgComposer          *self,
                                    const char          *text);
void        sg_composer_set_queue  (SgComposer          *self,
                                    const SgQueuedInput *inputs,
                                    guint                n_inputs);
void        sg_composer_submit     (SgComposer          *self);
/* A key that was pressed elsewhere is typed here, where it writes something. */
gboolean    sg_composer_take_key   (SgComposer            *self,
                                    GtkEventControllerKey *controller,
                                    guint                  keyval,
                                    GdkModifierType        state);

G_END_DECLS
