/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgClockFunc:
 * @user_data: what was given to sg_clock_add_timer()
 *
 * Called when a timer is due; the timer is over by then.
 */
typedef void (*SgClockFunc) (gpointer user_data);

/**
 * SgClock:
 *
 * The time by which waits and limits are measured.  The real one follows the monotonic clock of the
 * computer; a manual one stands until a test moves it, so that a minute costs nothing.
 *
 * Times are in microseconds.  A clock belongs to the thread that uses it.
 */
#define SG_TYPE_CLOCK (sg_clock_get_type ())

G_DECLARE_FINAL_TYPE (SgClock, sg_clock, SG, CLOCK, GObject)

SgClock *sg_clock_new            (void) G_GNUC_WARN_UNUSED_RESULT;
SgClock *sg_clock_new_manual     (void) G_GNUC_WARN_UNUSED_RESULT;

gint64   sg_clock_get_time       (SgClock        *self);

guint    sg_clock_add_timer      (SgClock        *self,
                                  gint64          wait_us,
                                  SgClockFunc     func,
                                  gpointer        user_data);
void     sg_clock_remove_timer   (SgClock        *self,
                                  guint           timer);
void     sg_clock_clear_timer    (SgClock        *self,
                                  guint          *timer);

/* For manual clocks. */
void     sg_clock_advance        (SgClock        *self,
                                  gint64          time_us);
gint64   sg_clock_get_next_timer (SgClock        *self);

G_END_DECLS
