/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-telling-page.h"

#include <glib/gi18n-lib.h>

/* At this end of the scale the storyteller does not pace itself at all. */
#define AT_ONCE 105

struct _SgTellingPage
{
  AdwPreferencesPage  parent_instance;

  GtkAdjustment      *pace_adjustment;
  AdwComboRow        *preset;
  GtkWidget          *context_row;
  GtkSpinButton      *context;
  GtkWidget          *history_row;
  GtkSpinButton      *history;
  GtkWidget          *length_row;
  GtkSpinButton      *length;
  GtkWidget          *temperature_row;
  GtkSpinButton      *temperature;
  AdwComboRow        *tool_set;
  GtkWidget          *planner_row;
  GtkWidget          *planner;
  GtkWidget          *rule_checks_row;
  GtkWidget          *rule_checks;
  GtkWidget          *model_checks_row;
  GtkWidget          *model_checks;
};

static const char *preset_names[] = { "fast", "balanced", "quality", "custom" };

G_DEFINE_FINAL_TYPE (SgTellingPage, sg_telling_page, ADW_TYPE_PREFERENCES_PAGE)

static void
sg_telling_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_TELLING_PAGE);

  G_OBJECT_CLASS (sg_telling_page_parent_class)->dispose (object);
}

static void
sg_telling_page_class_init (SgTellingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_telling_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-telling-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, pace_adjustment);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, preset);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, context_row);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, context);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, history_row);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, history);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, length_row);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, length);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, temperature_row);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, temperature);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, tool_set);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, planner_row);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, planner);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, rule_checks_row);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, rule_checks);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, model_checks_row);
  gtk_widget_class_bind_template_child (widget_class, SgTellingPage, model_checks);
}

static void
sg_telling_page_init (SgTellingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static gboolean
preset_to_position (GValue   *value,
                    GVariant *variant,
                    gpointer  user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (preset_names); i++)
    {
      if (g_str_equal (g_variant_get_string (variant, NULL), preset_names[i]))
        g_value_set_uint (value, i);
    }
  return TRUE;
}

static GVariant *
position_to_preset (const GValue       *value,
                    const GVariantType *type,
                    gpointer            user_data)
{
  return g_variant_new_string (preset_names[MIN (g_value_get_uint (value),
                                                 G_N_ELEMENTS (preset_names) - 1)]);
}

static gboolean
tool_set_to_position (GValue   *value,
                      GVariant *variant,
                      gpointer  user_data)
{
  g_value_set_uint (value, (guint) g_variant_get_int32 (variant) - 1);
  return TRUE;
}

static GVariant *
position_to_tool_set (const GValue       *value,
                      const GVariantType *type,
                      gpointer            user_data)
{
  return g_variant_new_int32 ((int) MIN (g_value_get_uint (value), 2) + 1);
}

static gboolean
pace_to_scale (GValue   *value,
               GVariant *variant,
               gpointer  user_data)
{
  int pace = g_variant_get_int32 (variant);

  g_value_set_double (value, pace == 0 ? AT_ONCE : pace);
  return TRUE;
}

static GVariant *
scale_to_pace (const GValue       *value,
               const GVariantType *type,
               gpointer            user_data)
{
  int pace = (int) g_value_get_double (value);

  return g_variant_new_int32 (pace >= AT_ONCE ? 0 : pace);
}

/* What Custom leaves to be set, the other presets settle. */
static void
preset_changed_cb (SgTellingPage *self)
{
  gboolean custom = adw_combo_row_get_selected (self->preset) == G_N_ELEMENTS (preset_names) - 1;
  const char *subtitles[] = {
    _("2,000 tokens of context and 5 turns of history"),
    _("8,000 tokens of context and 20 turns of history"),
    _("As much as the model takes; each turn is planned, and checked by the model"),
    _("As set below"),
  };

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->preset),
                               subtitles[MIN (adw_combo_row_get_selected (self->preset), 3)]);
  gtk_widget_set_visible (self->context_row, custom);
  gtk_widget_set_visible (self->history_row, custom);
  gtk_widget_set_visible (self->length_row, custom);
  gtk_widget_set_visible (self->temperature_row, custom);
  gtk_widget_set_visible (GTK_WIDGET (self->tool_set), custom);
  gtk_widget_set_visible (self->planner_row, custom);
  gtk_widget_set_visible (self->rule_checks_row, custom);
  gtk_widget_set_visible (self->model_checks_row, custom);
}

/**
 * sg_telling_page_new:
 * @narrator: what it is about
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
sg_telling_page_new (SgNarrator *narrator)
{
  SgTellingPage *self = g_object_new (SG_TYPE_TELLING_PAGE, NULL);
  GSettings *settings = sg_narrator_get_settings (narrator);

  g_settings_bind_with_mapping (settings, "reading-pace", self->pace_adjustment, "value",
                                G_SETTINGS_BIND_DEFAULT, pace_to_scale, scale_to_pace, NULL, NULL);
  g_signal_connect_object (self->preset, "notify::selected", G_CALLBACK (preset_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_settings_bind_with_mapping (settings, "preset", self->preset, "selected",
                                G_SETTINGS_BIND_DEFAULT, preset_to_position, position_to_preset,
                                NULL, NULL);
  g_settings_bind (settings, "context-tokens", self->context, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "history-turns", self->history, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "max-tokens", self->length, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "temperature", self->temperature, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "tool-set", self->tool_set, "selected",
                                G_SETTINGS_BIND_DEFAULT, tool_set_to_position, position_to_tool_set,
                                NULL, NULL);
  g_settings_bind (settings, "planner", self->planner, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "rule-checks", self->rule_checks, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "model-checks", self->model_checks, "active", G_SETTINGS_BIND_DEFAULT);
  preset_changed_cb (self);
  return GTK_WIDGET (self);
}
