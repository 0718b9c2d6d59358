/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-story-page-private.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "app/performance/sg-performance-pane.h"
#include "app/sg-widget.h"
#include "compat/sg-accessible.h"
#include "compat/sg-announce.h"
#include "compat/sg-focus.h"
#include "engine/sg-model-check.h"

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
update_status (SgStoryPage *self)
{
  SgTurnRun *run = self->session != NULL ? sg_session_get_run (self->session) : NULL;

  if (run != NULL && sg_session_get_busy (self->session))
    {
      g_autofree char *stage = sg_turn_run_dup_stage_text (run);

      sg_status_line_set_busy (self->status, stage,
                               sg_trace_get_origin (sg_turn_run_get_trace (run)));
    }
  else
    {
      sg_status_line_set_idle (self->status, self->warning != NULL ? self->warning : "");
    }
}

static void
update_queue (SgStoryPage *self)
{
  guint n = self->session != NULL ? sg_session_get_n_queued (self->session) : 0;
  g_autofree SgQueuedInput *inputs = g_new0 (SgQueuedInput, n + 1);

  for (guint i = 0; i < n; i++)
    inputs[i] = sg_session_get_queued (self->session, i);
  sg_composer_set_queue (self->composer, inputs, n);
}

/* The choices as the library keeps them: a JSON array of strings. */
static GStrv
parse_choices (const char *json)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;

  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    {
      JsonArray *array = json_node_get_array (root);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          JsonNode *node = json_array_get_element (array, i);

          if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
            g_strv_builder_add (builder, json_node_get_string (node));
        }
    }
  return g_strv_builder_end (builder);
}

static void
head_loaded_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (SgStoryPage) self = user_data;
  g_autoptr (GPtrArray) rows = sg_story_load_turns_finish (SG_STORY (source), result, NULL);
  g_auto (GStrv) choices = NULL;

  if (rows == NULL || self->session == NULL || SG_STORY (source) != sg_story_page_get_story (self))
    return;

  if (rows->len > 0 && !sg_session_get_busy (self->session)
      && sg_story_get_draft (SG_STORY (source)) == NULL)
    choices = parse_choices (((SgTurnRow *) g_ptr_array_index (rows, rows->len - 1))->choices);
  sg_choice_bar_set_choices (self->choices, (const char * const *) choices);
}

static void
update_choices (SgStoryPage *self)
{
  SgStory *story = sg_story_page_get_story (self);
  gint64 depth;

  if (self->choices_load != NULL)
    g_cancellable_cancel (self->choices_load);
  g_clear_object (&self->choices_load);

  if (story == NULL || sg_session_get_busy (self->session) || sg_story_get_draft (story) != NULL)
    {
      sg_choice_bar_set_choices (self->choices, NULL);
      return;
    }
  depth = sg_story_get_depth (story);
  self->choices_load = g_cancellable_new ();
  sg_story_load_turns_async (story, depth, depth, self->choices_load, head_loaded_cb,
                             g_object_ref (self));
}

/* Everything that depends on whether a turn runs, and on where the head of the story is. */
void
sg_story_page_update (SgStoryPage *self)
{
  sg_composer_set_busy (self->composer, self->session != NULL && sg_session_get_busy (self->session));
  update_status (self);
  update_queue (self);
  update_choices (self);
  sg_story_page_update_actions (self);
  sg_story_page_update_notice (self);
}

/* Shows a sentence in the status line until the next turn. */
void
sg_story_page_say (SgStoryPage *self,
                   const char  *message)
{
  g_free (self->warning);
  self->warning = g_strdup (message);
  sg_announce (GTK_WIDGET (self->status), message);
  update_status (self);
}

/* Whether a half-told turn was to replace the last one, which still stands. */
gboolean
sg_story_page_is_of_retry (SgStoryPage      *self,
                           const SgDraftRow *draft)
{
  return draft->depth < sg_story_get_depth (sg_story_page_get_story (self));
}

/* Puts the half-told turn that the story has at the end of the page. */
static void
show_draft (SgStoryPage *self)
{
  SgStory *story = sg_story_page_get_story (self);
  const SgDraftRow *draft = sg_story_get_draft (story);

  if (draft == NULL)
    return;
  if (sg_story_page_is_of_retry (self, draft) && (draft->text == NULL || *draft->text == '\0'))
    return;

  sg_transcript_begin_live (self->transcript, sg_story_get_depth (story) + 1, draft->mode,
                            draft->input);
  if (draft->reasoning != NULL)
    sg_transcript_reason_live (self->transcript, draft->reasoning);
  if (draft->text != NULL)
    sg_transcript_append_live (self->transcript, draft->text);
}

static void
show_run (SgStoryPage *self,
          SgTurnRun   *run)
{
  const char *text = sg_turn_run_get_text (run);
  const char *reasoning = sg_turn_run_get_reasoning (run);

  g_signal_group_set_target (self->run_signals, run);
  sg_transcript_begin_live (self->transcript, sg_turn_run_get_depth (run),
                            sg_input_mode_to_string (sg_turn_run_get_mode (run)),
                            sg_turn_run_get_input (run));
  if (reasoning != NULL && *reasoning != '\0')
    sg_transcript_reason_live (self->transcript, reasoning);
  if (text != NULL && *text != '\0')
    sg_transcript_append_live (self->transcript, text);
}

void
sg_story_page_forget_untold (SgStoryPage *self)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->untold_mode, g_free);
  g_clear_pointer (&self->untold_input, g_free);
  self->untold_retry = FALSE;
}

static void
turn_started_cb (SgStoryPage *self,
                 SgTurnRun   *run)
{
  sg_story_page_forget_untold (self);
  g_clear_pointer (&self->warning, g_free);
  show_run (self, run);
  sg_story_page_update (self);
}

/* A turn that ended before its first word leaves no draft, but the player's words are kept: for another
 * attempt where it failed; to be changed where the player stopped it. */
static void
keep_words (SgStoryPage *self,
            SgTurnRun   *run,
            gboolean     retry)
{
  const char *mode = sg_input_mode_to_string (sg_turn_run_get_mode (run));
  const char *input = sg_turn_run_get_input (run);
  g_autofree char *written = sg_composer_dup_text (self->composer);

  self->untold_retry = retry;
  self->untold_mode = g_strdup (mode);
  self->untold_input = g_strdup (input);
  if (self->error == NULL && !retry && input != NULL && *g_strstrip (written) == '\0')
    {
      sg_composer_set_mode (self->composer, mode);
      sg_composer_set_text (self->composer, input);
    }
}

/* What was told but not committed is the draft now; a retry that did not come to its end leaves the turn it
 * was to replace. */
static void
turn_broken_off (SgStoryPage *self,
                 SgTurnRun   *run)
{
  SgStory *story = sg_story_page_get_story (self);
  gboolean retry = sg_turn_run_get_depth (run) <= sg_story_get_depth (story);

  if (sg_turn_run_get_error (run) != NULL)
    self->error = g_error_copy (sg_turn_run_get_error (run));
  if (sg_story_get_draft (story) == NULL)
    keep_words (self, run, retry);

  if (retry || sg_story_get_draft (story) == NULL)
    {
      sg_transcript_drop_live (self->transcript);
      sg_transcript_reload (self->transcript);
      show_draft (self);
    }
}

static void
turn_finished_cb (SgStoryPage *self,
                  SgTurnRun   *run)
{
  if (sg_turn_run_get_stage (run) == SG_STAGE_DONE)
    sg_announce (GTK_WIDGET (sg_transcript_get_view (self->transcript)), sg_turn_run_get_text (run));
  else
    turn_broken_off (self, run);
  sg_story_page_update (self);
}

/* The turn is told once more, from its beginning. */
static void
restarted_cb (SgStoryPage *self)
{
  sg_transcript_drop_live (self->transcript);
  show_run (self, sg_session_get_run (self->session));
}

/* A model has looked at a turn that was told before. */
static void
stored_cb (SgStoryPage *self,
           gint64       turn,
           const char  *kind)
{
  if (g_strcmp0 (kind, SG_MODEL_CHECK_KIND) == 0)
    sg_transcript_refresh_turn (self->transcript, turn);
}

/* A turn that could not even begin; its words are still in the queue. */
static void
failed_cb (SgStoryPage  *self,
           const GError *error)
{
  sg_story_page_update (self);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sg_story_page_say (self, error->message);
}

static void
warning_cb (SgStoryPage *self,
            const char  *message)
{
  g_free (self->warning);
  self->warning = g_strdup (message);
}

static void
draft_changed_cb (SgStoryPage *self)
{
  sg_story_page_update (self);
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

/* Not only turns keep a story busy: a draft that is kept, characters that enter. */
static void
busy_changed_cb (SgStoryPage *self)
{
  sg_composer_set_busy (self->composer, sg_session_get_busy (self->session));
  update_status (self);
  sg_story_page_update_actions (self);
}

static void
connect_groups (SgStoryPage *self)
{
  self->session_signals = g_signal_group_new (SG_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "turn-started",
                                  G_CALLBACK (turn_started_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "turn-finished",
                                  G_CALLBACK (turn_finished_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "failed", G_CALLBACK (failed_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "queue-changed",
                                  G_CALLBACK (update_queue), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::busy",
                                  G_CALLBACK (busy_changed_cb), self);

  self->story_signals = g_signal_group_new (SG_TYPE_STORY);
  g_signal_group_connect_swapped (self->story_signals, "head-changed",
                                  G_CALLBACK (sg_story_page_update), self);
  g_signal_group_connect_swapped (self->story_signals, "notify::draft",
                                  G_CALLBACK (draft_changed_cb), self);

  self->run_signals = g_signal_group_new (SG_TYPE_TURN_RUN);
  g_signal_group_connect_swapped (self->run_signals, "stage-changed",
                                  G_CALLBACK (update_status), self);
  g_signal_group_connect_swapped (self->run_signals, "text",
                                  G_CALLBACK (sg_transcript_append_live), self->transcript);
  g_signal_group_connect_swapped (self->run_signals, "restarted",
                                  G_CALLBACK (restarted_cb), self);
  g_signal_group_connect_swapped (self->run_signals, "reasoning",
                                  G_CALLBACK (sg_transcript_reason_live), self->transcript);
  g_signal_group_connect_swapped (self->run_signals, "warning",
                                  G_CALLBACK (warning_cb), self);

  self->after_signals = g_signal_group_new (SG_TYPE_AFTER);
  g_signal_group_connect_swapped (self->after_signals, "stored", G_CALLBACK (stored_cb), self);

  self->title_binding = g_binding_group_new ();
  g_binding_group_bind (self->title_binding, "title", self->title, "title", G_BINDING_SYNC_CREATE);
}

static void
sg_story_page_init (SgStoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_accessible_name_buttons (GTK_WIDGET (self));
  connect_groups (self);
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
      if (sg_session_get_busy (session))
        show_run (self, sg_session_get_run (session));
      else
        show_draft (self);
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
