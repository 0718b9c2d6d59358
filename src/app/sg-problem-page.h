/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is wrong with a library that cannot be opened, and the backups there are.  The file is kept
 * in any case.
 *
 * Signals: try-again (); restored (const char *kept): a backup took the place of the library,
 * which was kept under the name @kept. */
#define SG_TYPE_PROBLEM_PAGE (sg_problem_page_get_type ())

G_DECLARE_FINAL_TYPE (SgProblemPage, sg_problem_page, SG, PROBLEM_PAGE, GtkWidget)

GtkWidget *sg_problem_page_new      (void);
void       sg_problem_page_show     (SgProblemPage *self,
                                     const char    *path,
                                     const GError  *error);

G_END_DECLS
