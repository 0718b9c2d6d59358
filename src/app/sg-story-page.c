/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-story-page-private.h"

#include "app/performance/sg-performance-pane.h"
#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-focus.h"

/* From here on the pane has room beside the story; both are for text of the usual size. */
#define WIDE 900
#define PANE_WIDTH 380

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_PANE_VISIBLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SgStoryPage, sg_story_page, GTK_TYPE_WIDGET)

SgStory *
sg_story_page_get_story (SgStoryPage *self)
{
  return self->session != NULL ? sg_session_get_story (self->session) : NULL;
}

static void
submit_cb (SgStoryPage *self,
           const char  *mode,
           const char  *text,
           gint64       pressed_us)
{
  sg_session_set_unsent (self->session, SG_INPUT_DO, NULL);
  sg_story_page_submit (self, mode, text, pressed_us);
}

static void
chosen_cb (SgStoryPage *self,
           const char  *choice)
{
  sg_story_page_submit (self, "do", choice, g_get_monotonic_time ());
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static gboolean
typed_cb (GtkEventControllerKey *controller,
          guint                  keyval,
          guint                  keycode,
          GdkModifierType        state,
          gpointer               user_data)
{
  return sg_composer_take_key (SG_STORY_PAGE (user_data)->composer, controller, keyval, state);
}

static gboolean
find_queued (SgStoryPage *self,
             guint        ticket,
             SgInputMode *mode)
{
  for (guint i = 0; i < sg_session_get_n_queued (self->session); i++)
    {
      SgQueuedInput input = sg_session_get_queued (self->session, i);

      if (input.ticket == ticket)
        {
          *mode = input.mode;
          return TRUE;
        }
    }
  return FALSE;
}

/* Words that are taken back come back to be changed; below what is being written, if anything is. */
static void
withdraw_cb (SgStoryPage *self,
             guint        ticket)
{
  g_autofree char *written = sg_composer_dup_text (self->composer);
  g_autofree char *text = NULL;
  SgInputMode mode;

  if (find_queued (self, ticket, &mode))
    text = sg_session_withdraw (self->session, ticket);
  if (text != NULL && *g_strchomp (written) == '\0')
    {
      sg_composer_set_mode (self->composer, sg_input_mode_to_string (mode));
      sg_composer_set_text (self->composer, text);
    }
  else if (text != NULL)
    {
      g_autofree char *both = g_strconcat (written, "\n", text, NULL);

      sg_composer_set_text (self->composer, both);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

/* Wider where the desktop's text is larger, or the figures would not fit. */
static int
scale_width (SgStoryPage *self,
             int          width)
{
  int dpi;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 96 * 1024 ? (int) ((gint64) width * dpi / (96 * 1024)) : width;
}

/* A side of its least width, or the lower half. */
static void
place_pane (SgStoryPage *self)
{
  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) == GTK_ORIENTATION_HORIZONTAL)
    gtk_paned_set_position (self->paned, gtk_widget_get_width (GTK_WIDGET (self->paned))
                                           - scale_width (self, PANE_WIDTH));
  else
    gtk_paned_set_position (self->paned, gtk_widget_get_height (GTK_WIDGET (self->paned)) / 2);
}

/* GtkPaned takes what it grew by since it was last laid out, even if that was the other way round, and gives
 * it to the story.  Only once it has been laid out this way round does a position stay. */
static gboolean
place_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       user_data)
{
  SgStoryPage *self = SG_STORY_PAGE (widget);

  if (!self->turned)
    {
      self->turned = TRUE;
      return G_SOURCE_CONTINUE;
    }
  self->place_tick = 0;
  place_pane (self);
  return G_SOURCE_REMOVE;
}

static gboolean
orientation_cb (gpointer user_data)
{
  SgStoryPage *self = user_data;
  gboolean wide = gtk_widget_get_width (GTK_WIDGET (self)) >= scale_width (self, WIDE);

  self->orientation_source = 0;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned),
                                  wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  self->turned = FALSE;
  if (self->place_tick == 0)
    self->place_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), place_cb, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
sg_story_page_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  gtk_widget_measure (SG_STORY_PAGE (widget)->content, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static GtkSizeRequestMode
sg_story_page_get_request_mode (GtkWidget *widget)
{
  return gtk_widget_get_request_mode (SG_STORY_PAGE (widget)->content);
}

/* The pane is beside the story where there is room, else below.  That cannot change while sizes are given out,
 * so it is done just after. */
static void
sg_story_page_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  SgStoryPage *self = SG_STORY_PAGE (widget);
  GtkOrientation wanted =
    width >= scale_width (self, WIDE) ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL;

  gtk_widget_allocate (self->content, width, height, baseline, NULL);

  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) != wanted
      && self->orientation_source == 0)
    {
      self->orientation_source = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, orientation_cb, self, NULL);
      g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->orientation_source),
                                "[storyglass] pane orientation");
    }
}

static gboolean
sg_story_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SG_STORY_PAGE (widget)->composer));
}

/* What stands in the composer is kept with the story that it was written for. */
static void
leave_session (SgStoryPage *self)
{
  g_autofree char *text = NULL;
  SgInputMode mode = SG_INPUT_DO;

  if (self->session == NULL || self->composer == NULL)
    return;

  text = sg_composer_dup_text (self->composer);
  sg_input_mode_from_string (sg_composer_get_mode (self->composer), &mode);
  sg_session_set_unsent (self->session, mode, text);
}

static void
enter_session (SgStoryPage *self)
{
  SgInputMode mode = SG_INPUT_DO;
  const char *unsent =
    self->session != NULL ? sg_session_get_unsent (self->session, &mode) : NULL;

  sg_composer_set_text (self->composer, unsent != NULL ? unsent : "");
  if (unsent != NULL)
    sg_composer_set_mode (self->composer, sg_input_mode_to_string (mode));
}

static void
sg_story_page_dispose (GObject *object)
{
  SgStoryPage *self = SG_STORY_PAGE (object);

  g_clear_handle_id (&self->orientation_source, g_source_remove);
  if (self->place_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->place_tick);
  self->place_tick = 0;
  if (self->choices_load != NULL)
    g_cancellable_cancel (self->choices_load);
  g_clear_object (&self->choices_load);
  g_clear_object (&self->run_signals);
  g_clear_object (&self->after_signals);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->story_signals);
  g_clear_object (&self->title_binding);
  leave_session (self);
  g_clear_object (&self->session);
  g_clear_object (&self->actions);
  sg_story_page_forget_untold (self);
  g_clear_pointer (&self->warning, g_free);
  sg_widget_dispose_template (self, SG_TYPE_STORY_PAGE);

  G_OBJECT_CLASS (sg_story_page_parent_class)->dispose (object);
}

static void
sg_story_page_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  SgStoryPage *self = SG_STORY_PAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_PANE_VISIBLE:
      g_value_set_boolean (value, self->pane_visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_story_page_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  SgStoryPage *self = SG_STORY_PAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      sg_story_page_set_session (self, g_value_get_object (value));
      break;
    case PROP_PANE_VISIBLE:
      sg_story_page_set_pane_visible (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-story-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, content);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, title);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, paned);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, transcript);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, choices);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, notice);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, status);
  gtk_widget_class_bind_template_child (widget_class, SgStoryPage, composer);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, withdraw_cb);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
}

static void
sg_story_page_class_init (SgStoryPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_story_page_dispose;
  object_class->get_property = sg_story_page_get_property;
  object_class->set_property = sg_story_page_set_property;
  widget_class->focus = sg_focus_next_child;
  widget_class->get_request_mode = sg_story_page_get_request_mode;
  widget_class->measure = sg_story_page_measure;
  widget_class->size_allocate = sg_story_page_size_allocate;
  widget_class->grab_focus = sg_story_page_grab_focus;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, SG_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PANE_VISIBLE] =
    g_param_spec_boolean ("pane-visible", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SG_TYPE_TRANSCRIPT);
  g_type_ensure (SG_TYPE_CHOICE_BAR);
  g_type_ensure (SG_TYPE_NOTICE);
  g_type_ensure (SG_TYPE_STATUS_LINE);
  g_type_ensure (SG_TYPE_COMPOSER);
  bind_template (widget_class);
  sg_story_page_class_init_actions (widget_class);
}

static void
sg_story_page_init (SgStoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_accessible_name_buttons (GTK_WIDGET (self));
  sg_story_page_init_signals (self);
  sg_story_page_init_actions (self);
}

GtkWidget *
sg_story_page_new (void)
{
  return g_object_new (SG_TYPE_STORY_PAGE, NULL);
}

SgSession *
sg_story_page_get_session (SgStoryPage *self)
{
  g_return_val_if_fail (SG_IS_STORY_PAGE (self), NULL);

  return self->session;
}

/* Under the title of the story: what is played, unless the title says it. */
static void
show_scenario (SgStoryPage *self,
               SgStory     *story)
{
  const char *title = sg_scenario_get_title (sg_story_get_scenario (story));

  adw_window_title_set_subtitle (self->title, g_strcmp0 (title, sg_story_get_title (story)) != 0
                                                ? title : "");
}

/**
 * sg_story_page_set_session:
 * @self: the page
 * @session: (nullable): the story to show, with whatever of it runs
 */
void
sg_story_page_set_session (SgStoryPage *self,
                           SgSession   *session)
{
  SgStory *story;

  g_return_if_fail (SG_IS_STORY_PAGE (self));
  g_return_if_fail (session == NULL || SG_IS_SESSION (session));

  if (self->session == session)
    return;

  leave_session (self);
  g_set_object (&self->session, session);
  story = sg_story_page_get_story (self);
  sg_story_page_forget_untold (self);
  g_clear_pointer (&self->warning, g_free);
  g_signal_group_set_target (self->run_signals, NULL);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->after_signals,
                             session != NULL ? sg_session_get_after (session) : NULL);
  g_signal_group_set_target (self->story_signals, story);
  g_binding_group_set_source (self->title_binding, story);
  enter_session (self);
  sg_transcript_set_story (self->transcript, story);

  if (session != NULL)
    {
      show_scenario (self, story);
      sg_story_page_show_told (self);
    }
  if (self->pane != NULL)
    sg_performance_pane_set_session (SG_PERFORMANCE_PANE (self->pane), session);
  sg_story_page_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

/* The pane costs nothing until it is first wanted. */
static void
create_pane (SgStoryPage *self)
{
  self->pane = sg_performance_pane_new ();
  gtk_widget_set_size_request (self->pane, 320, 180);
  sg_performance_pane_set_session (SG_PERFORMANCE_PANE (self->pane), self->session);
  gtk_paned_set_end_child (self->paned, self->pane);
  if (gtk_widget_get_width (GTK_WIDGET (self->paned)) > 0)
    place_pane (self);
}

gboolean
sg_story_page_get_pane_visible (SgStoryPage *self)
{
  g_return_val_if_fail (SG_IS_STORY_PAGE (self), FALSE);

  return self->pane_visible;
}

void
sg_story_page_set_pane_visible (SgStoryPage *self,
                                gboolean     visible)
{
  g_return_if_fail (SG_IS_STORY_PAGE (self));

  if (self->pane_visible == visible)
    return;

  self->pane_visible = visible;
  if (visible && self->pane == NULL)
    create_pane (self);
  if (self->pane != NULL)
    gtk_widget_set_visible (self->pane, visible);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PANE_VISIBLE]);
}

/**
 * sg_story_page_show_turn:
 * @self: the page
 * @turn: the id of a turn
 *
 * Opens the performance pane at @turn.
 */
void
sg_story_page_show_turn (SgStoryPage *self,
                         gint64       turn)
{
  g_return_if_fail (SG_IS_STORY_PAGE (self));

  sg_story_page_set_pane_visible (self, TRUE);
  sg_performance_pane_show_turn (SG_PERFORMANCE_PANE (self->pane), turn);
}

void
sg_story_page_open_menu (SgStoryPage *self)
{
  g_return_if_fail (SG_IS_STORY_PAGE (self));

  gtk_menu_button_popup (self->menu_button);
}
