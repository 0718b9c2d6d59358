/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-story-card.h"

#include <glib/gi18n-lib.h>

#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-focus.h"

struct _SgStoryCard
{
  GtkWidget      parent_instance;

  GtkLabel      *title;
  GtkLabel      *excerpt;
  GtkLabel      *facts;
  GtkMenuButton *menu;

  SgStoryItem   *item;
};

G_DEFINE_FINAL_TYPE (SgStoryCard, sg_story_card, GTK_TYPE_WIDGET)

static void
append_item (GMenu      *menu,
             const char *label,
             const char *action,
             gint64      story)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "x", story);
  g_menu_append_item (menu, item);
}

/* The menu is made when it is opened: a library has many cards. */
static void
create_popup_cb (GtkMenuButton *button,
                 gpointer       user_data)
{
  SgStoryCard *self = user_data;
  gint64 story = sg_story_item_get_row (self->item)->id;
  g_autoptr (GMenu) menu = g_menu_new ();

  append_item (menu, _("_Open"), "win.open-story", story);
  append_item (menu, _("_Rename…"), "win.rename-story", story);
  append_item (menu, _("Move to _Trash"), "win.trash-story", story);
  gtk_menu_button_set_popover (button, gtk_popover_menu_new_from_model (G_MENU_MODEL (menu)));
}

void
sg_story_card_open_menu (SgStoryCard *self)
{
  g_return_if_fail (SG_IS_STORY_CARD (self));

  gtk_menu_button_popup (self->menu);
}

static void
sg_story_card_dispose (GObject *object)
{
  SgStoryCard *self = SG_STORY_CARD (object);

  g_clear_object (&self->item);
  sg_widget_dispose_template (self, SG_TYPE_STORY_CARD);

  G_OBJECT_CLASS (sg_story_card_parent_class)->dispose (object);
}

static void
sg_story_card_class_init (SgStoryCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_story_card_dispose;
  widget_class->focus = sg_focus_next_child;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-story-card.ui");
  gtk_widget_class_bind_template_child (widget_class, SgStoryCard, title);
  gtk_widget_class_bind_template_child (widget_class, SgStoryCard, excerpt);
  gtk_widget_class_bind_template_child (widget_class, SgStoryCard, facts);
  gtk_widget_class_bind_template_child (widget_class, SgStoryCard, menu);
  gtk_widget_class_set_css_name (widget_class, "storycard");
}

static void
sg_story_card_init (SgStoryCard *self)
{
  GtkGesture *gesture = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  sg_accessible_name_buttons (GTK_WIDGET (self));
  /* A row of a list view gives the keyboard to what is in it first.  The row itself should have it: Enter
   * then opens the story, and not the menu, for which there is a key. */
  gtk_widget_set_focusable (gtk_widget_get_first_child (GTK_WIDGET (self->menu)), FALSE);
  gtk_menu_button_set_create_popup_func (self->menu, create_popup_cb, self, NULL);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (gesture, "pressed", G_CALLBACK (sg_story_card_open_menu), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (gesture));
}

GtkWidget *
sg_story_card_new (void)
{
  return g_object_new (SG_TYPE_STORY_CARD, NULL);
}

SgStoryItem *
sg_story_card_get_item (SgStoryCard *self)
{
  g_return_val_if_fail (SG_IS_STORY_CARD (self), NULL);

  return self->item;
}

/**
 * sg_story_card_set_scenario:
 * @self: the card
 * @title: (nullable): the title of the scenario that is played, or %NULL where the story's says it
 */
void
sg_story_card_set_scenario (SgStoryCard *self,
                            const char  *title)
{
  const SgStoryRow *row;
  g_autofree char *turns = NULL;
  g_autofree char *played = NULL;
  g_autofree char *facts = NULL;

  g_return_if_fail (SG_IS_STORY_CARD (self));
  g_return_if_fail (self->item != NULL);

  row = sg_story_item_get_row (self->item);
  /* The opening is told before the first turn, as turn 0. */
  if (row->depth > 0)
    turns = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d turn", "%d turns", (gulong) row->depth),
                             (int) row->depth);
  else
    turns = g_strdup (_("Not played yet"));
  played = sg_story_item_dup_played (row->played, g_get_real_time ());
  facts = title != NULL ? g_strjoin (" · ", title, turns, played, NULL)
                        : g_strjoin (" · ", turns, played, NULL);
  gtk_label_set_label (self->facts, facts);
}

/**
 * sg_story_card_set_item:
 * @self: the card
 * @item: (nullable): the story it shows
 */
void
sg_story_card_set_item (SgStoryCard *self,
                        SgStoryItem *item)
{
  const SgStoryRow *row;

  g_return_if_fail (SG_IS_STORY_CARD (self));

  g_set_object (&self->item, item);
  gtk_menu_button_set_popover (self->menu, NULL);
  if (item == NULL)
    return;

  row = sg_story_item_get_row (item);
  gtk_label_set_label (self->title, row->title);
  gtk_label_set_label (self->excerpt, row->excerpt != NULL ? row->excerpt : "");
  gtk_widget_set_visible (GTK_WIDGET (self->excerpt), row->excerpt != NULL);
  sg_story_card_set_scenario (self, NULL);
}
