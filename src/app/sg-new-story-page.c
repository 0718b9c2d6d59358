/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-new-story-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/sg-scenario-list.h"
#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-alert.h"
#include "compat/sg-file-open.h"
#include "compat/sg-focus.h"

struct _SgNewStoryPage
{
  GtkWidget       parent_instance;

  SgScenarioList *scenarios;
  GtkWidget      *nothing;

  /* Whether the keyboard goes to the scenarios once they are there. */
  gboolean        waiting;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgNewStoryPage, sg_new_story_page, GTK_TYPE_WIDGET)

static void
chosen_cb (SgNewStoryPage *self,
           SgScenario     *scenario)
{
  g_signal_emit (self, signals[CHOSEN], 0, scenario);
}

static void
loaded_cb (SgNewStoryPage *self)
{
  gtk_widget_set_visible (self->nothing, sg_scenario_list_get_n_items (self->scenarios) == 0);
  if (self->waiting && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  self->waiting = FALSE;
}

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  G_GNUC_UNUSED g_autofree char *answer = sg_alert_choose_finish (result, NULL);
}

static void
show_fault (SgNewStoryPage *self,
            GError         *error)
{
  SgAlertButton button = { "close", _("_Close"), SG_ALERT_PLAIN };

  sg_alert_choose_async (GTK_WIDGET (self), _("This Scenario Cannot Be Played"), error->message,
                         NULL, &button, 1, told_cb, NULL);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (SgNewStoryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = sg_file_open_finish (result, &error);
  g_autoptr (SgScenario) scenario = NULL;

  if (file == NULL)
    return;

  scenario = sg_scenario_new_from_file (file, &error);
  if (scenario != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, scenario);
  else
    show_fault (self, error);
}

static void
open_clicked_cb (SgNewStoryPage *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Scenarios"));
  gtk_file_filter_add_suffix (filter, "json");
  sg_file_open_async (GTK_WIDGET (self), _("Open Scenario"), filter, opened_cb, g_object_ref (self));
}

static gboolean
sg_new_story_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (GTK_WIDGET (SG_NEW_STORY_PAGE (widget)->scenarios),
                                 GTK_DIR_TAB_FORWARD);
}

static void
sg_new_story_page_dispose (GObject *object)
{
  sg_widget_dispose_template (object, SG_TYPE_NEW_STORY_PAGE);

  G_OBJECT_CLASS (sg_new_story_page_parent_class)->dispose (object);
}

static void
sg_new_story_page_class_init (SgNewStoryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_new_story_page_dispose;
  widget_class->focus = sg_focus_next_child;
  widget_class->grab_focus = sg_new_story_page_grab_focus;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, SG_TYPE_SCENARIO);

  g_type_ensure (SG_TYPE_SCENARIO_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-new-story-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgNewStoryPage, scenarios);
  gtk_widget_class_bind_template_child (widget_class, SgNewStoryPage, nothing);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, loaded_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_clicked_cb);
}

static void
sg_new_story_page_init (SgNewStoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_accessible_name_buttons (GTK_WIDGET (self));
}

GtkWidget *
sg_new_story_page_new (void)
{
  return g_object_new (SG_TYPE_NEW_STORY_PAGE, NULL);
}

/**
 * sg_new_story_page_reload:
 * @self: the page
 *
 * Looks again for what is installed.
 */
void
sg_new_story_page_reload (SgNewStoryPage *self)
{
  g_return_if_fail (SG_IS_NEW_STORY_PAGE (self));

  self->waiting = TRUE;
  sg_scenario_list_load (self->scenarios);
}
