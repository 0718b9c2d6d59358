/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-transcript.h"

#include <adwaita.h>
#include <math.h>

#include "app/sg-transcript-view.h"
#include "app/sg-widget.h"

/* Reading within this many pixels of the end counts as reading at the end. */
#define END_SLACK 32

/* A move of the page within this time of a turn of the wheel or a key is the reader's; any other
 * comes of the layout. */
#define TOUCH_US (G_USEC_PER_SEC / 2)

typedef enum
{
  LOAD_ANEW,
  LOAD_OLDER,
  LOAD_NEWER,
  LOAD_LIVE,
} LoadKind;

struct _SgTranscript
{
  GtkWidget          parent_instance;

  GtkScrolledWindow *scroller;
  SgTranscriptView  *view;
  GtkRevealer       *jump;
  GtkAdjustment     *adjustment;

  SgStory           *story;
  GSignalGroup      *story_signals;

  /* Whether the newest turn is on the page, and whether the reader is there. */
  gboolean           at_newest;
  gboolean           following;
  gboolean           moving;
  gint64             touched_us;

  GCancellable      *loading;
  LoadKind           loading_kind;

  /* Where the reader was before the page changed. */
  GtkTextMark       *place;
  int                place_offset;
  guint              place_source;

  /* The turn that is being told: kept whole, so that it can leave the page and come back. */
  gboolean           live;
  gboolean           live_committed;
  gint64             live_depth;
  char              *live_mode;
  char              *live_input;
  GString           *live_text;
  GString           *live_reasoning;
};

typedef struct
{
  SgTranscript *self;
  GCancellable *cancellable;
  LoadKind      kind;
} Load;

enum
{
  PROP_0,
  PROP_FOLLOWING,
  N_PROPS
};

enum
{
  LOADED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgTranscript, sg_transcript, GTK_TYPE_WIDGET)

static void load (SgTranscript *self,
                  LoadKind      kind,
                  gint64        first,
                  gint64        last);

static void
update_jump (SgTranscript *self)
{
  gtk_revealer_set_reveal_child (self->jump, !self->following || !self->at_newest);
}

static void
set_following (SgTranscript *self,
               gboolean      following)
{
  if (self->following != following)
    {
      self->following = following;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
    }
  update_jump (self);
}

static double
get_end (SgTranscript *self)
{
  return gtk_adjustment_get_upper (self->adjustment)
         - gtk_adjustment_get_page_size (self->adjustment);
}

static void
scroll_to_end (SgTranscript *self)
{
  self->moving = TRUE;
  gtk_adjustment_set_value (self->adjustment, get_end (self));
  self->moving = FALSE;
}

/* Asks for the turns beyond an end of the page when the reader comes within a page of it. */
static void
load_what_is_near (SgTranscript *self)
{
  double page = gtk_adjustment_get_page_size (self->adjustment);
  double value = gtk_adjustment_get_value (self->adjustment);
  gint64 first = sg_transcript_view_get_first_depth (self->view);
  gint64 last = sg_transcript_view_get_last_depth (self->view);

  if (self->story == NULL || self->loading != NULL || self->place_source != 0 || first < 0)
    return;

  if (first > 0 && value < page)
    load (self, LOAD_OLDER, MAX (first - SG_TRANSCRIPT_CHUNK, 0), first - 1);
  else if (!self->at_newest && value > get_end (self) - page)
    load (self, LOAD_NEWER, last + 1,
          MIN (last + SG_TRANSCRIPT_CHUNK, sg_story_get_depth (self->story)));
}

static gboolean
is_at_end (SgTranscript *self)
{
  return gtk_adjustment_get_value (self->adjustment) >= get_end (self) - END_SLACK;
}

/* A page that is laid out anew moves too: that must not look as if the reader had gone back. */
static void
value_changed_cb (SgTranscript *self)
{
  gboolean touched = g_get_monotonic_time () - self->touched_us < TOUCH_US;

  if (self->moving || self->place_source != 0)
    return;

  if (is_at_end (self) && self->at_newest)
    set_following (self, TRUE);
  else if (touched)
    set_following (self, FALSE);
  else if (self->following)
    scroll_to_end (self);
  load_what_is_near (self);
}

static gboolean
is_over_scrollbar (SgTranscript *self)
{
  GtkWidget *bar = gtk_scrolled_window_get_vscrollbar (self->scroller);

  return (gtk_widget_get_state_flags (bar) & GTK_STATE_FLAG_PRELIGHT) != 0;
}

/* What moves the page: the wheel, keys, fingers, dragging, and the scrollbar.  A click on something in the page
 * does not. */
static gboolean
event_cb (SgTranscript *self,
          GdkEvent     *event)
{
  GdkModifierType buttons = GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK;

  switch (gdk_event_get_event_type (event))
    {
    case GDK_SCROLL:
    case GDK_KEY_PRESS:
    case GDK_TOUCH_UPDATE:
      self->touched_us = g_get_monotonic_time ();
      break;
    case GDK_MOTION_NOTIFY:
      if ((gdk_event_get_modifier_state (event) & buttons) != 0)
        self->touched_us = g_get_monotonic_time ();
      break;
    case GDK_BUTTON_PRESS:
      if (is_over_scrollbar (self))
        self->touched_us = g_get_monotonic_time ();
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

/* The page grew or was resized. */
static void
adjustment_changed_cb (SgTranscript *self)
{
  if (self->following)
    scroll_to_end (self);
  else
    update_jump (self);
}

/* Lines above that have not been laid out yet have no height, so the place is
 * found again in two steps: the view scrolls to the line, laying out what is around it, and then,
 * before the frame is painted, by the part of the line that was above the edge. */
static gboolean
restore_place_cb (gpointer user_data)
{
  SgTranscript *self = user_data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GdkRectangle visible;
  GtkTextIter iter;
  int y;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, self->place);
  gtk_text_view_get_line_yrange (GTK_TEXT_VIEW (self->view), &iter, &y, NULL);
  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (self->view), &visible);
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment)
                              + y + self->place_offset - visible.y);
  gtk_text_buffer_delete_mark (buffer, g_steal_pointer (&self->place));
  self->place_source = 0;
  return G_SOURCE_REMOVE;
}

static void
remember_place (SgTranscript *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->view);
  GdkRectangle visible;
  GtkTextIter iter;
  int top;

  if (self->place != NULL)
    return;

  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_line_at_y (view, &iter, visible.y, &top);
  self->place = gtk_text_buffer_create_mark (gtk_text_view_get_buffer (view), NULL, &iter, FALSE);
  self->place_offset = visible.y - top;
}

static void
restore_place (SgTranscript *self)
{
  if (self->place == NULL || self->place_source != 0)
    return;

  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), self->place, 0.0, TRUE, 0.0, 0.0);
  self->place_source = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, restore_place_cb, self, NULL);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->place_source),
                            "[storyglass] restore place");
}

static void
forget_place (SgTranscript *self)
{
  g_clear_handle_id (&self->place_source, g_source_remove);
  if (self->place != NULL)
    gtk_text_buffer_delete_mark (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)),
                                 g_steal_pointer (&self->place));
}

/* Puts the live turn on the page, all that has been told of it. */
static void
attach_live (SgTranscript *self)
{
  if (!self->live || !self->at_newest || sg_transcript_view_has_live (self->view))
    return;

  sg_transcript_view_drop_from (self->view, self->live_depth);
  sg_transcript_view_begin_live (self->view, self->live_depth, self->live_mode, self->live_input);
  if (self->live_reasoning->len > 0)
    sg_transcript_view_reason_live (self->view, self->live_reasoning->str);
  if (self->live_text->len > 0)
    sg_transcript_view_append_live (self->view, self->live_text->str);
}

static void
forget_live (SgTranscript *self)
{
  self->live = FALSE;
  self->live_committed = FALSE;
  g_clear_pointer (&self->live_mode, g_free);
  g_clear_pointer (&self->live_input, g_free);
  g_string_truncate (self->live_text, 0);
  g_string_truncate (self->live_reasoning, 0);
}

/* Turns came that are older than those on the page: the newest ones leave it. */
static void
show_older (SgTranscript *self,
            GPtrArray    *rows)
{
  guint n_turns;

  remember_place (self);
  sg_transcript_view_prepend (self->view, rows);
  n_turns = sg_transcript_view_get_n_turns (self->view);
  if (n_turns > SG_TRANSCRIPT_MAX_TURNS && !self->following)
    {
      gint64 first = sg_transcript_view_get_first_depth (self->view);

      if (sg_transcript_view_has_live (self->view))
        sg_transcript_view_drop_live (self->view);
      sg_transcript_view_drop_from (self->view, first + SG_TRANSCRIPT_MAX_TURNS);
      self->at_newest = FALSE;
    }
  restore_place (self);
}

static void
show_newer (SgTranscript *self,
            GPtrArray    *rows)
{
  guint n_turns;

  remember_place (self);
  sg_transcript_view_append (self->view, rows);
  n_turns = sg_transcript_view_get_n_turns (self->view);
  if (n_turns > SG_TRANSCRIPT_MAX_TURNS)
    sg_transcript_view_drop_first (self->view, n_turns - SG_TRANSCRIPT_MAX_TURNS);
  self->at_newest = sg_transcript_view_get_last_depth (self->view) >= sg_story_get_depth (self->story);
  attach_live (self);
  restore_place (self);
}

static void
show_anew (SgTranscript *self,
           GPtrArray    *rows)
{
  forget_place (self);
  sg_transcript_view_clear (self->view);
  sg_transcript_view_append (self->view, rows);
  self->at_newest = TRUE;
  set_following (self, TRUE);
  attach_live (self);
  scroll_to_end (self);
}

/* The live turn has been committed: it stays as it is and gets its footer.  The next one may have begun while
 * that was read from the library. */
static void
settle_live (SgTranscript *self,
             GPtrArray    *rows)
{
  if (rows->len == 1 && sg_transcript_view_has_live (self->view))
    sg_transcript_view_finish_live (self->view, g_ptr_array_index (rows, 0));
  if (self->live_committed)
    forget_live (self);
  else
    attach_live (self);
  while (self->following && sg_transcript_view_get_n_turns (self->view) > SG_TRANSCRIPT_MAX_TURNS)
    sg_transcript_view_drop_first (self->view, SG_TRANSCRIPT_CHUNK);
}

static void
load_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autofree Load *job = user_data;
  g_autoptr (SgTranscript) self = job->self;
  g_autoptr (GCancellable) cancellable = job->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = sg_story_load_turns_finish (SG_STORY (source), result, &error);

  if (self->loading != cancellable)
    return;

  g_clear_object (&self->loading);
  if (rows == NULL)
    {
      g_warning ("Cannot read the turns of the story: %s", error->message);
      return;
    }

  switch (job->kind)
    {
    case LOAD_ANEW:
      show_anew (self, rows);
      break;
    case LOAD_OLDER:
      show_older (self, rows);
      break;
    case LOAD_NEWER:
      show_newer (self, rows);
      break;
    case LOAD_LIVE:
      settle_live (self, rows);
      break;
    default:
      g_assert_not_reached ();
    }
  update_jump (self);
  if (self->loading == NULL)
    g_signal_emit (self, signals[LOADED], 0);
}

static void
cancel_loading (SgTranscript *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static void
load (SgTranscript *self,
      LoadKind      kind,
      gint64        first,
      gint64        last)
{
  Load *job = g_new0 (Load, 1);

  cancel_loading (self);
  self->loading = g_cancellable_new ();
  self->loading_kind = kind;
  job->self = g_object_ref (self);
  job->cancellable = g_object_ref (self->loading);
  job->kind = kind;
  sg_story_load_turns_async (self->story, first, last, self->loading, load_cb, job);
}

static void
load_newest (SgTranscript *self)
{
  gint64 depth = sg_story_get_depth (self->story);

  load (self, LOAD_ANEW, MAX (depth - SG_TRANSCRIPT_CHUNK + 1, 0), depth);
}

/* Whether the live turn on the page is the one that was just committed; it is still the one before while that is
 * being settled. */
static gboolean
can_settle_live (SgTranscript *self)
{
  gboolean settling = self->loading != NULL
                      && (self->loading_kind == LOAD_LIVE || self->loading_kind == LOAD_ANEW);

  return self->at_newest && !settling && sg_transcript_view_has_live (self->view);
}

static void
head_changed_cb (SgTranscript *self,
                 gint64        depth)
{
  gint64 head = sg_story_get_depth (self->story);

  if (self->live && depth == self->live_depth && head == depth)
    {
      self->live_committed = TRUE;
      if (can_settle_live (self))
        {
          load (self, LOAD_LIVE, depth, depth);
          return;
        }
      forget_live (self);
    }
  if (self->live && head + 1 != self->live_depth)
    sg_transcript_drop_live (self);

  if (!self->at_newest && depth > sg_transcript_view_get_last_depth (self->view))
    {
      update_jump (self);
      return;
    }
  load_newest (self);
}

static void
sg_transcript_dispose (GObject *object)
{
  SgTranscript *self = SG_TRANSCRIPT (object);

  cancel_loading (self);
  if (self->view != NULL)
    forget_place (self);
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_clear_object (&self->adjustment);
  g_clear_object (&self->story_signals);
  g_clear_object (&self->story);
  sg_widget_dispose_template (self, SG_TYPE_TRANSCRIPT);

  G_OBJECT_CLASS (sg_transcript_parent_class)->dispose (object);
}

static void
sg_transcript_finalize (GObject *object)
{
  SgTranscript *self = SG_TRANSCRIPT (object);

  g_free (self->live_mode);
  g_free (self->live_input);
  g_string_free (self->live_text, TRUE);
  g_string_free (self->live_reasoning, TRUE);

  G_OBJECT_CLASS (sg_transcript_parent_class)->finalize (object);
}

static void
sg_transcript_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  SgTranscript *self = SG_TRANSCRIPT (object);

  switch (prop_id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->following);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sg_transcript_class_init (SgTranscriptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_transcript_dispose;
  object_class->finalize = sg_transcript_finalize;
  object_class->get_property = sg_transcript_get_property;

  properties[PROP_FOLLOWING] =
    g_param_spec_boolean ("following", NULL, NULL, TRUE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SG_TYPE_TRANSCRIPT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/storyglass/Storyglass/sg-transcript.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTranscript, scroller);
  gtk_widget_class_bind_template_child (widget_class, SgTranscript, view);
  gtk_widget_class_bind_template_child (widget_class, SgTranscript, jump);
  gtk_widget_class_bind_template_callback (widget_class, sg_transcript_jump_to_newest);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sg_transcript_init (SgTranscript *self)
{
  GtkEventController *controller;

  self->following = TRUE;
  self->at_newest = TRUE;
  self->live_text = g_string_new (NULL);
  self->live_reasoning = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));

  controller = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (controller, "event", G_CALLBACK (event_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);

  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (self->scroller));
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);
  g_signal_connect_swapped (self->adjustment, "changed", G_CALLBACK (adjustment_changed_cb), self);

  self->story_signals = g_signal_group_new (SG_TYPE_STORY);
  g_signal_group_connect_swapped (self->story_signals, "head-changed",
                                  G_CALLBACK (head_changed_cb), self);
}

GtkWidget *
sg_transcript_new (void)
{
  return g_object_new (SG_TYPE_TRANSCRIPT, NULL);
}

SgStory *
sg_transcript_get_story (SgTranscript *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT (self), NULL);

  return self->story;
}

/**
 * sg_transcript_set_story:
 * @self: the transcript
 * @story: (nullable): a story
 *
 * Shows the newest turns of @story.
 */
void
sg_transcript_set_story (SgTranscript *self,
                         SgStory      *story)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));
  g_return_if_fail (story == NULL || SG_IS_STORY (story));

  if (!g_set_object (&self->story, story))
    return;

  cancel_loading (self);
  forget_place (self);
  forget_live (self);
  sg_transcript_view_clear (self->view);
  self->at_newest = TRUE;
  set_following (self, TRUE);
  g_signal_group_set_target (self->story_signals, story);
  if (story != NULL)
    load_newest (self);
}

GtkTextView *
sg_transcript_get_view (SgTranscript *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT (self), NULL);

  return GTK_TEXT_VIEW (self->view);
}

gboolean
sg_transcript_get_following (SgTranscript *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT (self), FALSE);

  return self->following;
}

gboolean
sg_transcript_is_loading (SgTranscript *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT (self), FALSE);

  return self->loading != NULL;
}

/**
 * sg_transcript_reload:
 * @self: the transcript
 *
 * Reads the newest turns of the story again.
 */
void
sg_transcript_reload (SgTranscript *self)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  if (self->story != NULL)
    load_newest (self);
}

/**
 * sg_transcript_jump_to_newest:
 * @self: the transcript
 *
 * Goes to the end of the story and follows it from there.
 */
void
sg_transcript_jump_to_newest (SgTranscript *self)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  forget_place (self);
  if (!self->at_newest && self->story != NULL)
    {
      load_newest (self);
      return;
    }
  set_following (self, TRUE);
  scroll_to_end (self);
}

/**
 * sg_transcript_scroll_pages:
 * @self: the transcript
 * @pages: how many pages down; below 0 for up
 *
 * Turns the page, from wherever the keyboard is.
 */
void
sg_transcript_scroll_pages (SgTranscript *self,
                            int           pages)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  self->touched_us = g_get_monotonic_time ();
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment)
                              + pages * 0.9 * gtk_adjustment_get_page_size (self->adjustment));
}

/**
 * sg_transcript_begin_live:
 * @self: the transcript
 * @depth: the depth that the turn will have; the turns from there on leave the page
 * @mode: how the words are meant
 * @input: (nullable): the player's words
 *
 * Begins the turn that is being told.
 */
void
sg_transcript_begin_live (SgTranscript *self,
                          gint64        depth,
                          const char   *mode,
                          const char   *input)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  forget_live (self);
  self->live = TRUE;
  self->live_depth = depth;
  self->live_mode = g_strdup (mode);
  self->live_input = g_strdup (input);

  if (!self->at_newest || self->loading != NULL)
    return;

  sg_transcript_view_drop_live (self->view);
  attach_live (self);
}

void
sg_transcript_append_live (SgTranscript *self,
                           const char   *text)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  if (!self->live)
    return;
  g_string_append (self->live_text, text);
  if (sg_transcript_view_has_live (self->view))
    sg_transcript_view_append_live (self->view, text);
}

void
sg_transcript_reason_live (SgTranscript *self,
                           const char   *text)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  if (!self->live)
    return;
  g_string_append (self->live_reasoning, text);
  if (sg_transcript_view_has_live (self->view))
    sg_transcript_view_reason_live (self->view, text);
}

/**
 * sg_transcript_drop_live:
 * @self: the transcript
 *
 * Takes the turn that was being told off the page.
 */
void
sg_transcript_drop_live (SgTranscript *self)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  forget_live (self);
  sg_transcript_view_drop_live (self->view);
}

/**
 * sg_transcript_drop_uncommitted:
 * @self: the transcript
 *
 * Takes the turn that was being told off the page, unless it has become a turn of the story.
 */
void
sg_transcript_drop_uncommitted (SgTranscript *self)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  if (self->live && !self->live_committed)
    sg_transcript_drop_live (self);
}
