/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/sg-session.h"

G_BEGIN_DECLS

/* Lets a language model make characters, and adds them to a story.
 *
 * Signal `added` (): they are in the story, and the page is of no more use. */
#define SG_TYPE_CHARACTERS_PAGE (sg_characters_page_get_type ())

G_DECLARE_FINAL_TYPE (SgCharactersPage, sg_characters_page, SG, CHARACTERS_PAGE, AdwPreferencesPage)

GtkWidget *sg_characters_page_new  (SgSession *session);
void       sg_characters_page_show (GtkWidget *parent,
                                    SgSession *session);

G_END_DECLS
