/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pane shows one turn at a time.  A turn that starts takes it over, whatever it showed: the
 * player has moved on.  While it runs the player may look at an older one; the button leads back.  When it
 * has ended, its own trace stays until another turn is asked for, so that what runs after the end
 * (memories, a verdict) still shows as it happens.
 */

#include "config.h"

#include "app/performance/sg-performance-pane.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/performance/sg-history-view.h"
#include "app/performance/sg-performance-style.h"
#include "app/performance/sg-stored-turn.h"
#include "app/performance/sg-turn-history.h"
#include "app/performance/sg-turn-view.h"
#include "compat/sg-focus.h"

#define TEMPLATE "/io/github/storyglass/Storyglass/performance/sg-performance-pane.ui"

struct _SgPerformancePane
{
  GtkWidget      parent_instance;

  SgSession     *session;
  GSignalGroup  *session_signals;
  GSignalGroup  *story_signals;
  SgTurnHistory *history;

  /* What is shown: a run of this session, or a stored turn */
  SgTurnRun     *run;
  gint64         shown_turn;
  gint64         shown_depth;
  GCancellable  *loading;

  /* Template */
  GtkStack      *stack;
  GtkLabel      *title;
  GtkLabel      *note;
  GtkSpinner    *spinner;
  GtkWidget     *latest_button;
  SgTurnView    *turn_view;
  SgHistoryView *history_view;
};

enum
{
  PROP_SESSION = 1,
  PROP_SHOWN_TURN,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (SgPerformancePane, sg_performance_pane, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static SgStory *
get_story (SgPerformancePane *self)
{
  return self->session != NULL ? sg_session_get_story (self->session) : NULL;
}

static void
cancel_loading (SgPerformancePane *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static char *
name_turn (SgPerformancePane *self)
{
  if (self->shown_depth == 0)
    return g_strdup (_("Opening"));
  if (sg_performance_pane_get_live (self))
    return g_strdup_printf (_("Turn %d, running"), (int) self->shown_depth);
  if (self->run != NULL && sg_turn_run_get_stage (self->run) == SG_STAGE_STOPPED)
    return g_strdup_printf (_("Turn %d, stopped"), (int) self->shown_depth);
  if (self->run != NULL && sg_turn_run_get_stage (self->run) == SG_STAGE_FAILED)
    return g_strdup_printf (_("Turn %d, failed"), (int) self->shown_depth);

  return g_strdup_printf (_("Turn %d"), (int) self->shown_depth);
}

static void
update_header (SgPerformancePane *self)
{
  g_autofree char *name = name_turn (self);
  gboolean busy = self->session != NULL && sg_session_get_busy (self->session);
  SgStory *story = get_story (self);
  gboolean latest = busy ? self->run != NULL
                         : story == NULL || self->shown_depth >= sg_story_get_depth (story);

  gtk_label_set_text (self->title, name);
  gtk_spinner_set_spinning (self->spinner, sg_performance_pane_get_live (self));
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), sg_performance_pane_get_live (self));
  gtk_widget_set_visible (self->latest_button, !latest);
  sg_history_view_set_shown (self->history_view, self->shown_depth);
}

/* Takes note of what is shown now: @note stands in for a trace that there is none of. */
static void
show_trace (SgPerformancePane *self,
            SgTrace           *trace,
            const char        *settings,
            const char        *note)
{
  gboolean recorded = trace != NULL && sg_trace_get_n_spans (trace) > 0;

  if (note == NULL && !recorded && self->run == NULL)
    note = _("Nothing was recorded of this turn.");

  gtk_label_set_text (self->note, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->turn_view), note == NULL);
  sg_turn_view_set_trace (self->turn_view, trace);
  sg_turn_view_set_settings (self->turn_view, settings);
  gtk_stack_set_visible_child_name (self->stack, "turn");
  update_header (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWN_TURN]);
}

static void
show_nothing (SgPerformancePane *self)
{
  cancel_loading (self);
  g_clear_object (&self->run);
  self->shown_turn = 0;
  self->shown_depth = -1;
  sg_turn_view_set_trace (self->turn_view, NULL);
  gtk_stack_set_visible_child_name (self->stack, "empty");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWN_TURN]);
}

static void
show_run (SgPerformancePane *self,
          SgTurnRun         *run)
{
  g_autofree char *settings = sg_turn_run_dup_settings (run);

  cancel_loading (self);
  g_set_object (&self->run, run);
  self->shown_turn = sg_turn_run_get_turn (run);
  self->shown_depth = sg_turn_run_get_depth (run);
  show_trace (self, sg_turn_run_get_trace (run), settings, NULL);
}

static void
load_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (SgPerformancePane) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgStoredTurn) turn = sg_stored_turn_load_finish (result, &error);

  /* Another turn has been asked for meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->loading)
    return;

  g_clear_object (&self->loading);
  g_clear_object (&self->run);
  if (turn == NULL)
    {
      self->shown_turn = 0;
      show_trace (self, NULL, NULL, error->message);
      return;
    }

  self->shown_turn = turn->turn;
  self->shown_depth = turn->depth;
  show_trace (self, turn->trace, turn->settings, NULL);
}

/* Words are counted as they come where they are a language model's; the storyteller has no tokens. */
static void
watch_run (SgPerformancePane *self)
{
  gboolean counts = self->session != NULL && sg_session_get_busy (self->session)
                    && sg_model_is_language_model (sg_session_get_model (self->session));

  sg_turn_view_set_run (self->turn_view, counts ? sg_session_get_run (self->session) : NULL);
}

static void
turn_started_cb (SgPerformancePane *self,
                 SgTurnRun         *run)
{
  watch_run (self);
  show_run (self, run);
}

static void
turn_finished_cb (SgPerformancePane *self,
                  SgTurnRun         *run)
{
  if (self->run == run)
    show_run (self, run);
  else
    update_header (self);
}

static void
head_changed_cb (SgPerformancePane *self,
                 gint64             depth)
{
  SgStory *story = get_story (self);

  sg_turn_history_set_path (self->history, sg_story_get_path (story), depth);

  /* A turn that is just being committed moves the head too, and stays shown as it is. */
  if (!sg_performance_pane_get_live (self)
      && (self->shown_depth < 0 || self->shown_depth >= depth))
    sg_performance_pane_show_latest (self);
  else
    update_header (self);
}

static void
sg_performance_pane_dispose (GObject *object)
{
  SgPerformancePane *self = SG_PERFORMANCE_PANE (object);
  GtkWidget *child;

  cancel_loading (self);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->story_signals);
  g_clear_object (&self->run);
  g_clear_object (&self->history);
  g_clear_object (&self->session);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (sg_performance_pane_parent_class)->dispose (object);
}

static void
sg_performance_pane_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  SgPerformancePane *self = SG_PERFORMANCE_PANE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_SHOWN_TURN:
      g_value_set_int64 (value, self->shown_turn);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_performance_pane_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  SgPerformancePane *self = SG_PERFORMANCE_PANE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      sg_performance_pane_set_session (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  sg_performance_ensure_style ();
  g_type_ensure (SG_TYPE_TURN_VIEW);
  g_type_ensure (SG_TYPE_HISTORY_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, TEMPLATE);
  gtk_widget_class_bind_template_child (widget_class, SgPerformancePane, stack);
  gtk_widget_class_bind_template_child (widget_class, SgPerformancePane, title);
  gtk_widget_class_bind_template_child (widget_class, SgPerformancePane, note);
  gtk_widget_class_bind_template_child (widget_class, SgPerformancePane, spinner);
  gtk_widget_class_bind_template_child (widget_class, SgPerformancePane, latest_button);
  gtk_widget_class_bind_template_child (widget_class, SgPerformancePane, turn_view);
  gtk_widget_class_bind_template_child (widget_class, SgPerformancePane, history_view);
  gtk_widget_class_bind_template_callback (widget_class, sg_performance_pane_show_latest);
  gtk_widget_class_bind_template_callback (widget_class, sg_performance_pane_show_turn);
}

static void
sg_performance_pane_class_init (SgPerformancePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_performance_pane_dispose;
  object_class->get_property = sg_performance_pane_get_property;
  object_class->set_property = sg_performance_pane_set_property;
  widget_class->focus = sg_focus_next_child;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, SG_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOWN_TURN] =
    g_param_spec_int64 ("shown-turn", NULL, NULL, 0, G_MAXINT64, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  bind_template (widget_class);
}

static void
sg_performance_pane_init (SgPerformancePane *self)
{
  self->shown_depth = -1;
  gtk_widget_init_template (GTK_WIDGET (self));

  self->session_signals = g_signal_group_new (SG_TYPE_SESSION);
  g_signal_group_connect_object (self->session_signals, "turn-started",
                                 G_CALLBACK (turn_started_cb), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->session_signals, "turn-finished",
                                 G_CALLBACK (turn_finished_cb), self, G_CONNECT_SWAPPED);
  self->story_signals = g_signal_group_new (SG_TYPE_STORY);
  g_signal_group_connect_object (self->story_signals, "head-changed",
                                 G_CALLBACK (head_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * sg_performance_pane_new:
 *
 * Returns: (transfer full): a pane without a story
 */
GtkWidget *
sg_performance_pane_new (void)
{
  return g_object_new (SG_TYPE_PERFORMANCE_PANE, NULL);
}

/**
 * sg_performance_pane_get_session:
 *
 * Returns: (transfer none) (nullable): the session whose story is shown
 */
SgSession *
sg_performance_pane_get_session (SgPerformancePane *self)
{
  g_return_val_if_fail (SG_IS_PERFORMANCE_PANE (self), NULL);

  return self->session;
}

/**
 * sg_performance_pane_set_session:
 * @session: (nullable): the session whose story is to be shown
 *
 * Shows the running turn of a session, or the last one of its story.
 */
void
sg_performance_pane_set_session (SgPerformancePane *self,
                                 SgSession         *session)
{
  SgStory *story;

  g_return_if_fail (SG_IS_PERFORMANCE_PANE (self));
  g_return_if_fail (session == NULL || SG_IS_SESSION (session));

  if (!g_set_object (&self->session, session))
    return;

  story = get_story (self);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->story_signals, story);
  g_clear_object (&self->history);
  if (story != NULL)
    self->history = sg_turn_history_new (sg_story_get_library (story), sg_story_get_path (story));
  sg_history_view_set_history (self->history_view, self->history);

  watch_run (self);
  show_nothing (self);
  sg_performance_pane_show_latest (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

/**
 * sg_performance_pane_get_shown_turn:
 *
 * Returns: the id of the stored turn that is shown, or 0
 */
gint64
sg_performance_pane_get_shown_turn (SgPerformancePane *self)
{
  g_return_val_if_fail (SG_IS_PERFORMANCE_PANE (self), 0);

  return self->shown_turn;
}

/**
 * sg_performance_pane_show_turn:
 * @turn: the id of a turn of the story
 *
 * Shows a turn as it was stored.
 */
void
sg_performance_pane_show_turn (SgPerformancePane *self,
                               gint64             turn)
{
  SgStory *story;
  SgTurnRun *run;

  g_return_if_fail (SG_IS_PERFORMANCE_PANE (self));

  story = get_story (self);
  if (story == NULL || turn <= 0)
    return;

  /* What this session has just played is known better than what has been stored of it so far. */
  run = sg_session_get_run (self->session);
  if (run != NULL && sg_turn_run_get_turn (run) == turn)
    {
      show_run (self, run);
      return;
    }

  cancel_loading (self);
  self->loading = g_cancellable_new ();
  sg_stored_turn_load_async (sg_story_get_library (story), turn, self->loading, load_cb,
                             g_object_ref (self));
}

/**
 * sg_performance_pane_show_latest:
 *
 * Shows the turn that runs, or else the last one of the story.
 */
void
sg_performance_pane_show_latest (SgPerformancePane *self)
{
  SgStory *story;

  g_return_if_fail (SG_IS_PERFORMANCE_PANE (self));

  story = get_story (self);
  if (story != NULL && sg_session_get_busy (self->session)
      && sg_session_get_run (self->session) != NULL)
    show_run (self, sg_session_get_run (self->session));
  else if (story == NULL || sg_story_get_depth (story) <= 0)
    show_nothing (self);
  else
    {
      cancel_loading (self);
      self->loading = g_cancellable_new ();
      sg_stored_turn_load_last_async (sg_story_get_library (story), sg_story_get_path (story),
                                      self->loading, load_cb, g_object_ref (self));
    }
}

/**
 * sg_performance_pane_get_live:
 *
 * Returns: whether what is shown still runs
 */
gboolean
sg_performance_pane_get_live (SgPerformancePane *self)
{
  g_return_val_if_fail (SG_IS_PERFORMANCE_PANE (self), FALSE);

  return self->run != NULL && sg_turn_run_get_stage (self->run) < SG_STAGE_DONE;
}
