/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-composer.h"

#include <glib/gi18n-lib.h>

#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-focus.h"

struct _SgComposer
{
  GtkWidget      parent_instance;

  GtkBox        *queue;
  GtkTextView   *entry;
  GtkTextBuffer *buffer;
  GtkLabel      *placeholder;
  GtkWidget     *retry;
  GtkWidget     *stop;
  GtkWidget     *send;

  SgInputMode    mode;
  gboolean       busy;
};

enum
{
  PROP_0,
  PROP_MODE,
  PROP_BUSY,
  N_PROPS
};

enum
{
  SUBMIT,
  WITHDRAW,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static const char *mode_names[] = { "do", "say", "story" };

G_DEFINE_FINAL_TYPE (SgComposer, sg_composer, GTK_TYPE_WIDGET)

static void
update_placeholder (SgComposer *self)
{
  const char *texts[] = { _("What do you do?"), _("What do you say?"), _("What happens next?") };

  gtk_label_set_label (self->placeholder, texts[self->mode]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, texts[self->mode],
                                  -1);
}

static void
text_changed_cb (SgComposer *self)
{
  g_autofree char *text = sg_composer_dup_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder),
                          gtk_text_buffer_get_char_count (self->buffer) == 0);
  gtk_widget_set_sensitive (self->send, *g_strstrip (text) != '\0');
}

/* The input method comes first: its Enter takes a proposal and sends nothing. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                gpointer               user_data)
{
  SgComposer *self = SG_COMPOSER (user_data);
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;
  if ((state & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (event != NULL && gtk_text_view_im_context_filter_keypress (self->entry, event))
    {
      gtk_text_view_reset_im_context (self->entry);
      return GDK_EVENT_STOP;
    }

  sg_composer_submit (self);
  return GDK_EVENT_STOP;
}

static gboolean
sg_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SG_COMPOSER (widget)->entry));
}

static void
sg_composer_dispose (GObject *object)
{
  sg_widget_dispose_template (object, SG_TYPE_COMPOSER);

  G_OBJECT_CLASS (sg_composer_parent_class)->dispose (object);
}

static void
sg_composer_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  SgComposer *self = SG_COMPOSER (object);

  switch (prop_id)
    {
    case PROP_MODE:
      g_value_set_string (value, sg_composer_get_mode (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_composer_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  SgComposer *self = SG_COMPOSER (object);

  switch (prop_id)
    {
    case PROP_MODE:
      sg_composer_set_mode (self, g_value_get_string (value));
      break;
    case PROP_BUSY:
      sg_composer_set_busy (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_composer_class_init (SgComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_composer_dispose;
  object_class->get_property = sg_composer_get_property;
  object_class->set_property = sg_composer_set_property;
  widget_class->focus = sg_focus_next_child;
  widget_class->grab_focus = sg_composer_grab_focus;

  properties[PROP_MODE] =
    g_param_spec_string ("mode", NULL, NULL, "do",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] =
    g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SUBMIT] = g_signal_new ("submit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL,
                                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT64);
  signals[WITHDRAW] = g_signal_new ("withdraw", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, SgComposer, queue);
  gtk_widget_class_bind_template_child (widget_class, SgComposer, entry);
  gtk_widget_class_bind_template_child (widget_class, SgComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, SgComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, SgComposer, retry);
  gtk_widget_class_bind_template_child (widget_class, SgComposer, stop);
  gtk_widget_class_bind_template_child (widget_class, SgComposer, send);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sg_composer_submit);
  gtk_widget_class_install_property_action (widget_class, "composer.mode", "mode");
}

static void
sg_composer_init (SgComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_placeholder (self);
}

GtkWidget *
sg_composer_new (void)
{
  return g_object_new (SG_TYPE_COMPOSER, NULL);
}

const char *
sg_composer_get_mode (SgComposer *self)
{
  g_return_val_if_fail (SG_IS_COMPOSER (self), NULL);

  return mode_names[self->mode];
}

void
sg_composer_set_mode (SgComposer *self,
                      const char *mode)
{
  g_return_if_fail (SG_IS_COMPOSER (self));

  for (guint i = 0; i < G_N_ELEMENTS (mode_names); i++)
    {
      if (g_strcmp0 (mode, mode_names[i]) != 0 || self->mode == i)
        continue;
      self->mode = i;
      update_placeholder (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
      return;
    }
}

/* Do, Say, Story, and Do again. */
void
sg_composer_next_mode (SgComposer *self)
{
  g_return_if_fail (SG_IS_COMPOSER (self));

  sg_composer_set_mode (self, mode_names[(self->mode + 1) % G_N_ELEMENTS (mode_names)]);
}

gboolean
sg_composer_get_busy (SgComposer *self)
{
  g_return_val_if_fail (SG_IS_COMPOSER (self), FALSE);

  return self->busy;
}

void
sg_composer_set_busy (SgComposer *self,
                      gboolean    busy)
{
  g_return_if_fail (SG_IS_COMPOSER (self));

  if (self->busy == busy)
    return;

  self->busy = busy;
  /* One takes the place of the other, so that a narrow window keeps its width. */
  gtk_widget_set_visible (self->retry, !busy);
  gtk_widget_set_visible (self->stop, busy);
  gtk_widget_set_tooltip_text (self->send, busy ? _("Send When This Turn Is Told (Enter)")
                                                : _("Send (Enter)"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/**
 * sg_composer_dup_text:
 * @self: the composer
 *
 * Returns: (transfer full): what is written there
 */
char *
sg_composer_dup_text (SgComposer *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (SG_IS_COMPOSER (self), NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

void
sg_composer_set_text (SgComposer *self,
                      const char *text)
{
  g_return_if_fail (SG_IS_COMPOSER (self));

  gtk_text_buffer_set_text (self->buffer, text, -1);
}

/**
 * sg_composer_submit:
 * @self: the composer
 *
 * Hands in what is written there, if it is anything.
 */
void
sg_composer_submit (SgComposer *self)
{
  gint64 pressed_us = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  g_return_if_fail (SG_IS_COMPOSER (self));

  text = sg_composer_dup_text (self);
  if (*g_strstrip (text) == '\0')
    return;

  gtk_text_buffer_set_text (self->buffer, "", 0);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[SUBMIT], 0, sg_composer_get_mode (self), text, pressed_us);
}

/**
 * sg_composer_take_key:
 * @self: the composer
 * @controller: one whose `key-pressed` is being emitted
 * @keyval: the key
 * @state: the modifiers
 *
 * Whoever has just read on and begins to type need not click here first.
 *
 * Returns: whether the key writes something, and was typed here
 */
gboolean
sg_composer_take_key (SgComposer            *self,
                      GtkEventControllerKey *controller,
                      guint                  keyval,
                      GdkModifierType        state)
{
  GdkModifierType command = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK;

  g_return_val_if_fail (SG_IS_COMPOSER (self), GDK_EVENT_PROPAGATE);

  if ((state & command) != 0 || !g_unichar_isgraph (gdk_keyval_to_unicode (keyval)))
    return GDK_EVENT_PROPAGATE;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  return gtk_event_controller_key_forward (controller, GTK_WIDGET (self->entry));
}

static void
withdraw_cb (GtkButton *button,
             gpointer   user_data)
{
  SgComposer *self = SG_COMPOSER (gtk_widget_get_ancestor (GTK_WIDGET (button), SG_TYPE_COMPOSER));

  g_signal_emit (self, signals[WITHDRAW], 0, GPOINTER_TO_UINT (user_data));
}

/* What is to be said stands in quotation marks, as it will in the story. */
static GtkWidget *
create_chip (const SgQueuedInput *input)
{
  g_autofree char *said =
    input->mode == SG_INPUT_SAY ? g_strdup_printf (_("“%s”"), input->text) : NULL;
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (said != NULL ? said : input->text);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *description = g_strdup_printf (_("Take back: %s"), input->text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, _("Take Back"));
  sg_accessible_set_label (button, description);
  g_signal_connect (button, "clicked", G_CALLBACK (withdraw_cb), GUINT_TO_POINTER (input->ticket));

  gtk_box_append (GTK_BOX (chip), gtk_image_new_from_icon_name ("document-open-recent-symbolic"));
  gtk_box_append (GTK_BOX (chip), label);
  gtk_box_append (GTK_BOX (chip), button);
  gtk_widget_add_css_class (chip, "queued");
  return chip;
}

/**
 * sg_composer_set_queue:
 * @self: the composer
 * @inputs: (array length=n_inputs): words that wait for the running turn
 * @n_inputs: how many there are
 *
 * Shows the words that wait, each with a button that takes them back.
 */
void
sg_composer_set_queue (SgComposer          *self,
                       const SgQueuedInput *inputs,
                       guint                n_inputs)
{
  GtkWidget *child;

  g_return_if_fail (SG_IS_COMPOSER (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->queue))) != NULL)
    gtk_box_remove (self->queue, child);
  for (guint i = 0; i < n_inputs; i++)
    gtk_box_append (self->queue, create_chip (&inputs[i]));
  gtk_widget_set_visible (GTK_WIDGET (self->queue), n_inputs > 0);
}
