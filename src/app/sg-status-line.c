/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-status-line.h"

#include <glib/gi18n-lib.h>

struct _SgStatusLine
{
  GtkWidget   parent_instance;

  GtkWidget  *spinner;
  GtkLabel   *text;
  GtkLabel   *elapsed;

  gint64      since_us;
  guint       source;
};

G_DEFINE_FINAL_TYPE (SgStatusLine, sg_status_line, GTK_TYPE_WIDGET)

static gboolean
update_elapsed_cb (gpointer user_data)
{
  SgStatusLine *self = user_data;
  int seconds = (int) ((g_get_monotonic_time () - self->since_us) / G_USEC_PER_SEC);

  if (seconds >= 2)
    {
      g_autofree char *text = NULL;

      /* Translators: how long a turn has been running, in seconds */
      text = g_strdup_printf (_("%d s"), seconds);
      gtk_label_set_label (self->elapsed, text);
    }
  return G_SOURCE_CONTINUE;
}

static void
sg_status_line_dispose (GObject *object)
{
  SgStatusLine *self = SG_STATUS_LINE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (sg_status_line_parent_class)->dispose (object);
}

static void
sg_status_line_class_init (SgStatusLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_status_line_dispose;

  gtk_widget_class_set_css_name (widget_class, "statusline");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
sg_status_line_init (SgStatusLine *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 8);
  self->spinner = gtk_spinner_new ();
  self->text = GTK_LABEL (gtk_label_new (NULL));
  self->elapsed = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->text, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->text, 0);
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->elapsed), "numeric");

  gtk_widget_set_parent (self->spinner, GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->text), GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->elapsed), GTK_WIDGET (self));
}

GtkWidget *
sg_status_line_new (void)
{
  return g_object_new (SG_TYPE_STATUS_LINE, NULL);
}

const char *
sg_status_line_get_text (SgStatusLine *self)
{
  g_return_val_if_fail (SG_IS_STATUS_LINE (self), NULL);

  return gtk_label_get_label (self->text);
}

static void
set_text (SgStatusLine *self,
          const char   *text)
{
  if (g_strcmp0 (text, gtk_label_get_label (self->text)) == 0)
    return;

  gtk_label_set_label (self->text, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  -1);
}

/**
 * sg_status_line_set_busy:
 * @self: the line
 * @text: the stage in words
 * @since_us: the monotonic time at which the turn began
 *
 * Shows that a turn runs.
 */
void
sg_status_line_set_busy (SgStatusLine *self,
                         const char   *text,
                         gint64        since_us)
{
  g_return_if_fail (SG_IS_STATUS_LINE (self));

  set_text (self, text);
  if (self->source != 0 && self->since_us == since_us)
    return;

  self->since_us = since_us;
  gtk_label_set_label (self->elapsed, "");
  gtk_widget_set_visible (self->spinner, TRUE);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, TRUE, -1);
  if (self->source == 0)
    {
      self->source = g_timeout_add_seconds (1, update_elapsed_cb, self);
      g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->source),
                                "[storyglass] elapsed time");
    }
}

/**
 * sg_status_line_set_idle:
 * @self: the line
 * @text: what to say while nothing runs
 */
void
sg_status_line_set_idle (SgStatusLine *self,
                         const char   *text)
{
  g_return_if_fail (SG_IS_STATUS_LINE (self));

  g_clear_handle_id (&self->source, g_source_remove);
  set_text (self, text);
  gtk_label_set_label (self->elapsed, "");
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, FALSE, -1);
}
