/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-scenario-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/sg-widget.h"
#include "compat/sg-focus.h"

struct _SgScenarioList
{
  GtkWidget   parent_instance;

  GtkListBox *list;
  GtkWidget  *faults;
  GtkLabel   *fault_text;
  GPtrArray  *scenarios;
  gboolean    asked;
};

enum
{
  CHOSEN,
  LOADED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgScenarioList, sg_scenario_list, GTK_TYPE_WIDGET)

typedef struct
{
  GPtrArray *scenarios;
  GPtrArray *faults;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_ptr_array_unref (found->scenarios);
  g_ptr_array_unref (found->faults);
  g_free (found);
}

static void
load_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Found *found = g_new0 (Found, 1);

  found->faults = g_ptr_array_new_with_free_func (g_free);
  found->scenarios = sg_scenario_list_installed_with_faults (found->faults);
  g_task_return_pointer (task, found, found_free);
}

static GtkWidget *
create_row (SgScenario *scenario)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (sg_scenario_get_title (scenario), -1);
  g_autofree char *summary = g_markup_escape_text (sg_scenario_get_summary (scenario), -1);
  const char *author = sg_scenario_get_author (scenario);
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (author != NULL && *author != '\0')
    {
      g_autofree char *by = g_markup_printf_escaped (_("By %s"), author);
      g_autofree char *subtitle = g_strdup_printf ("%s\n<small>%s</small>", summary, by);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
    }
  else
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), summary);
    }
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "scenario");
  return row;
}

static void
show_faults (SgScenarioList *self,
             GPtrArray      *faults)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < faults->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n\n" : "", (char *) g_ptr_array_index (faults, i));
  gtk_label_set_label (self->fault_text, text->str);
  gtk_widget_set_visible (self->faults, faults->len > 0);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  SgScenarioList *self = SG_SCENARIO_LIST (source);
  Found *found = g_task_propagate_pointer (G_TASK (result), NULL);

  if (self->list != NULL)
    {
      GtkListBoxRow *row;

      while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
        gtk_list_box_remove (self->list, GTK_WIDGET (row));
      g_ptr_array_unref (self->scenarios);
      self->scenarios = g_ptr_array_ref (found->scenarios);
      for (guint i = 0; i < self->scenarios->len; i++)
        gtk_list_box_append (self->list, create_row (g_ptr_array_index (self->scenarios, i)));
      gtk_widget_set_visible (GTK_WIDGET (self->list), self->scenarios->len > 0);
      show_faults (self, found->faults);
      g_signal_emit (self, signals[LOADED], 0);
    }
  found_free (found);
}

static void
row_activated_cb (SgScenarioList *self,
                  GtkListBoxRow  *row)
{
  guint position = (guint) gtk_list_box_row_get_index (row);

  g_signal_emit (self, signals[CHOSEN], 0, g_ptr_array_index (self->scenarios, position));
}

static void
sg_scenario_list_map (GtkWidget *widget)
{
  SgScenarioList *self = SG_SCENARIO_LIST (widget);

  GTK_WIDGET_CLASS (sg_scenario_list_parent_class)->map (widget);
  if (!self->asked)
    sg_scenario_list_load (self);
}

static void
sg_scenario_list_dispose (GObject *object)
{
  sg_widget_dispose_template (object, SG_TYPE_SCENARIO_LIST);

  G_OBJECT_CLASS (sg_scenario_list_parent_class)->dispose (object);
}

static void
sg_scenario_list_finalize (GObject *object)
{
  g_ptr_array_unref (SG_SCENARIO_LIST (object)->scenarios);

  G_OBJECT_CLASS (sg_scenario_list_parent_class)->finalize (object);
}

static void
sg_scenario_list_class_init (SgScenarioListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_scenario_list_dispose;
  object_class->finalize = sg_scenario_list_finalize;
  widget_class->focus = sg_focus_next_child;
  widget_class->map = sg_scenario_list_map;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, SG_TYPE_SCENARIO);
  signals[LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-scenario-list.ui");
  gtk_widget_class_bind_template_child (widget_class, SgScenarioList, list);
  gtk_widget_class_bind_template_child (widget_class, SgScenarioList, faults);
  gtk_widget_class_bind_template_child (widget_class, SgScenarioList, fault_text);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
sg_scenario_list_init (SgScenarioList *self)
{
  self->scenarios = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sg_scenario_list_new (void)
{
  return g_object_new (SG_TYPE_SCENARIO_LIST, NULL);
}

guint
sg_scenario_list_get_n_items (SgScenarioList *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO_LIST (self), 0);

  return self->scenarios->len;
}

/**
 * sg_scenario_list_load:
 * @self: the list
 *
 * Reads the scenarios again.
 */
void
sg_scenario_list_load (SgScenarioList *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SG_IS_SCENARIO_LIST (self));

  self->asked = TRUE;
  task = g_task_new (self, NULL, loaded_cb, NULL);
  g_task_set_source_tag (task, sg_scenario_list_load);
  g_task_run_in_thread (task, load_thread);
}
