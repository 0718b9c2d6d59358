/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-turn-footer.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-focus.h"
#include "profile/sg-format.h"
#include "world/sg-fortune.h"

/* What stands under a turn: which of its versions this is, how long it took, and what looks wrong with it. */
struct _SgTurnFooter
{
  GtkWidget  parent_instance;

  GtkWidget *alternatives;
  GtkWidget *previous;
  GtkLabel  *which;
  GtkWidget *next;
  GtkWidget *chip;
  GtkLabel  *summary;
  GtkWidget *again;
  GtkLabel  *earlier;
  GtkWidget *afresh;
  GtkWidget *findings;
  GtkWidget *findings_popover;
  GtkLabel  *findings_list;
  GtkWidget *repair;
};

G_DEFINE_FINAL_TYPE (SgTurnFooter, sg_turn_footer, GTK_TYPE_WIDGET)

static void
sg_turn_footer_dispose (GObject *object)
{
  sg_widget_dispose_template (object, SG_TYPE_TURN_FOOTER);

  G_OBJECT_CLASS (sg_turn_footer_parent_class)->dispose (object);
}

static void
sg_turn_footer_class_init (SgTurnFooterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_turn_footer_dispose;
  widget_class->focus = sg_focus_next_child;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-turn-footer.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, alternatives);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, previous);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, which);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, next);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, chip);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, summary);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, again);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, earlier);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, afresh);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, findings);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, findings_popover);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, findings_list);
  gtk_widget_class_bind_template_child (widget_class, SgTurnFooter, repair);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sg_turn_footer_init (SgTurnFooter *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_accessible_name_buttons (GTK_WIDGET (self));
  g_signal_connect_swapped (self->repair, "clicked", G_CALLBACK (gtk_popover_popdown),
                            self->findings_popover);
}

GtkWidget *
sg_turn_footer_new (void)
{
  return g_object_new (SG_TYPE_TURN_FOOTER, NULL);
}

/**
 * sg_turn_footer_is_needed:
 * @row: a turn
 *
 * Returns: whether there is anything to say under it
 */
gboolean
sg_turn_footer_is_needed (const SgTurnRow *row)
{
  return row->duration_us >= 0 || row->siblings > 1 || row->findings != NULL || row->told_again != NULL;
}

/**
 * sg_turn_footer_dup_summary:
 * @row: a turn whose duration is known
 *
 * Returns: (transfer full): its time in short, such as `4.2 s · first word 0.6 s · 38 tok/s`
 */
char *
sg_turn_footer_dup_summary (const SgTurnRow *row)
{
  GString *summary = g_string_new (NULL);
  g_autofree char *duration = sg_format_duration (row->duration_us);

  g_string_append (summary, duration);
  if (row->first_token_us >= 0)
    {
      g_autofree char *first = sg_format_duration (row->first_token_us);

      g_string_append (summary, " · ");
      /* Translators: how long the first word of a reply took, as in "first word 0.6 s" */
      g_string_append_printf (summary, _("first word %s"), first);
    }
  if (row->rate > 0)
    {
      g_autofree char *rate = sg_format_rate (row->rate);

      g_string_append_printf (summary, " · %s", rate);
    }
  return g_string_free (summary, FALSE);
}

/* There is nothing before the first version, nor after the last. */
static void
lead_to_version (GtkWidget       *button,
                 const SgTurnRow *row,
                 int              offset)
{
  int wanted = row->alternative + offset;
  gboolean exists = wanted >= 0 && wanted < row->siblings;

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(xi)", row->depth, offset);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), exists ? "story.show-alternative" : NULL);
  if (!exists)
    gtk_widget_set_sensitive (button, FALSE);
}

static void
update_alternatives (SgTurnFooter    *self,
                     const SgTurnRow *row)
{
  g_autofree char *which = g_strdup_printf ("%d/%d", row->alternative + 1, row->siblings);
  g_autofree char *label = g_strdup_printf (_("Version %d of %d"),
                                            row->alternative + 1, row->siblings);

  gtk_label_set_label (self->which, which);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->which),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  lead_to_version (self->previous, row, -1);
  lead_to_version (self->next, row, 1);
}

static void
update_findings (SgTurnFooter    *self,
                 const SgTurnRow *row)
{
  g_auto (GStrv) lines = g_strsplit (row->findings, "\n", -1);
  g_autofree char *list = g_strjoinv ("\n\n", lines);
  guint n = g_strv_length (lines);
  g_autofree char *label =
    g_strdup_printf (ngettext ("%u thing looks off", "%u things look off", n), n);

  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->findings), label);
  sg_accessible_set_label (self->findings, label);
  gtk_label_set_label (self->findings_list, list);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->repair), "x", row->depth);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->repair), "story.repair");
}

/* Where a turn tells what an earlier one told, and what to say for something else; what is in the library may be
 * foreign. */
static gboolean
update_again (SgTurnFooter    *self,
              const SgTurnRow *row)
{
  g_autoptr (JsonNode) root = row->told_again != NULL ? json_from_string (row->told_again, NULL) : NULL;
  gint64 turn;
  const char *words = sg_fortune_read_again (root, &turn);
  g_autofree char *earlier = NULL;

  if (words == NULL || turn <= 0)
    return FALSE;

  earlier = g_strdup_printf (_("This reading is from turn %" G_GINT64_FORMAT "."), turn);
  gtk_label_set_label (self->earlier, earlier);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->afresh), "s", words);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->afresh), "story.ask");
  return TRUE;
}

/**
 * sg_turn_footer_set_row:
 * @self: the footer
 * @row: the turn it stands under
 */
void
sg_turn_footer_set_row (SgTurnFooter    *self,
                        const SgTurnRow *row)
{
  g_return_if_fail (SG_IS_TURN_FOOTER (self));
  g_return_if_fail (row != NULL);

  if (row->siblings > 1)
    update_alternatives (self, row);
  gtk_widget_set_visible (self->alternatives, row->siblings > 1);

  if (row->duration_us >= 0)
    {
      g_autofree char *summary = sg_turn_footer_dup_summary (row);
      g_autofree char *label = g_strdup_printf (_("Turn took %s"), summary);

      gtk_label_set_label (self->summary, summary);
      sg_accessible_set_label (self->chip, label);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->chip), "x", row->id);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->chip), "win.show-turn");
    }
  gtk_widget_set_visible (self->chip, row->duration_us >= 0);

  gtk_widget_set_visible (self->again, update_again (self, row));

  if (row->findings != NULL)
    update_findings (self, row);
  gtk_widget_set_visible (self->findings, row->findings != NULL);
}
