/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "store/sg-library.h"

G_BEGIN_DECLS

/* The stories of the library, the last played first; or, where there are none, what one can begin with.
 *
 * Signals: chosen (SgScenario *scenario); loaded (). */
#define SG_TYPE_LIBRARY_PAGE (sg_library_page_get_type ())

G_DECLARE_FINAL_TYPE (SgLibraryPage, sg_library_page, SG, LIBRARY_PAGE, GtkWidget)

GtkWidget  *sg_library_page_new         (void);
SgLibrary  *sg_library_page_get_library (SgLibraryPage *self);
void        sg_library_page_set_library (SgLibraryPage *self,
                                         SgLibrary     *library);
void        sg_library_page_reload      (SgLibraryPage *self);
guint       sg_library_page_get_n_shown (SgLibraryPage *self);
const char *sg_library_page_get_title   (SgLibraryPage *self,
                                         gint64         story);
void        sg_library_page_search      (SgLibraryPage *self);
void        sg_library_page_open_menu   (SgLibraryPage *self);

G_END_DECLS
