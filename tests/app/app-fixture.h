/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "store/sg-records.h"

G_BEGIN_DECLS

void       app_fixture_init        (int        *argc,
                                    char     ***argv);
GtkWidget *app_fixture_show        (GtkWidget  *child,
                                    int         width,
                                    int         height) G_GNUC_WARN_UNUSED_RESULT;
void       app_fixture_close       (GtkWidget  *window);
/* Runs the main loop until a condition holds; fails after ten seconds. */
#define app_fixture_wait_for(condition)                              \
  G_STMT_START {                                                     \
    gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC; \
    while (!(condition) && g_get_monotonic_time () < deadline)       \
      app_fixture_iterate ();                                        \
    g_assert_true (condition);                                       \
  } G_STMT_END
void       app_fixture_iterate     (void);
/* Until nothing is to be done but waiting, for some frames. */
void       app_fixture_settle      (void);

SgTurnRow *app_fixture_turn        (gint64      depth,
                                    const char *mode,
                                    const char *input,
                                    const char *text) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *app_fixture_turns       (gint64      first,
                                    gint64      last) G_GNUC_WARN_UNUSED_RESULT;
char      *app_fixture_dup_text    (GtkTextView *view) G_GNUC_WARN_UNUSED_RESULT;
GtkWidget *app_fixture_find        (GtkWidget  *root,
                                    GType       type,
                                    const char *css_class);

G_END_DECLS
