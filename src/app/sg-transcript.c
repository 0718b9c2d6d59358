/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-transcript.h"

#include <adwaita.h>

#include "app/sg-reading-place.h"
#include "app/sg-transcript-view.h"
#include "app/sg-widget.h"
#include "compat/sg-focus.h"

typedef enum
{
  LOAD_ANEW,
  LOAD_OLDEST,
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
  SgReadingPlace    *place;

  SgStory           *story;
  GSignalGroup      *story_signals;

  /* Whether the newest turn is on the page. */
  gboolean           at_newest;

  GCancellable      *loading;
  LoadKind           loading_kind;

  /* The turn that is being told: kept whole, so that it can leave the page and come back. */
  gboolean           live;
  gboolean           live_shown;
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
  gtk_revealer_set_reveal_child (self->jump, !sg_reading_place_get_following (self->place)
                                               || !self->at_newest);
}

static void
following_cb (SgTranscript *self)
{
  update_jump (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

static void
set_at_newest (SgTranscript *self,
               gboolean      at_newest)
{
  self->at_newest = at_newest;
  sg_reading_place_set_whole (self->place, at_newest);
  update_jump (self);
}

/* Asks for the turns beyond an end of the page when the reader comes near it. */
static void
load_what_is_near (SgTranscript *self)
{
  gint64 first = sg_transcript_view_get_first_depth (self->view);
  gint64 last = sg_transcript_view_get_last_depth (self->view);

  if (self->story == NULL || self->loading != NULL || sg_reading_place_is_restoring (self->place)
      || first < 0)
    return;

  if (first > 0 && sg_reading_place_is_near_top (self->place))
    load (self, LOAD_OLDER, MAX (first - SG_TRANSCRIPT_CHUNK, 0), first - 1);
  else if (!self->at_newest && sg_reading_place_is_near_end (self->place))
    load (self, LOAD_NEWER, last + 1,
          MIN (last + SG_TRANSCRIPT_CHUNK, sg_story_get_depth (self->story)));
}

/* Whether what is being told stands on the page.  The turn before may still do, until it is settled. */
static gboolean
is_live_shown (SgTranscript *self)
{
  return self->live && self->live_shown && sg_transcript_view_has_live (self->view);
}

/* Puts the live turn on the page, all that has been told of it. */
static void
attach_live (SgTranscript *self)
{
  if (!self->live || !self->at_newest || is_live_shown (self))
    return;

  self->live_shown = TRUE;
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
  self->live_shown = FALSE;
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

  sg_reading_place_remember (self->place);
  sg_transcript_view_prepend (self->view, rows);
  n_turns = sg_transcript_view_get_n_turns (self->view);
  if (n_turns > SG_TRANSCRIPT_MAX_TURNS && !sg_reading_place_get_following (self->place))
    {
      gint64 first = sg_transcript_view_get_first_depth (self->view);

      if (sg_transcript_view_has_live (self->view))
        sg_transcript_view_drop_live (self->view);
      sg_transcript_view_drop_from (self->view, first + SG_TRANSCRIPT_MAX_TURNS);
      set_at_newest (self, FALSE);
    }
  /* It may have begun meanwhile. */
  attach_live (self);
  sg_reading_place_restore (self->place);
}

static void
show_newer (SgTranscript *self,
            GPtrArray    *rows)
{
  guint n_turns;

  sg_reading_place_remember (self->place);
  sg_transcript_view_append (self->view, rows);
  n_turns = sg_transcript_view_get_n_turns (self->view);
  if (n_turns > SG_TRANSCRIPT_MAX_TURNS)
    sg_transcript_view_drop_first (self->view, n_turns - SG_TRANSCRIPT_MAX_TURNS);
  set_at_newest (self, sg_transcript_view_get_last_depth (self->view)
                         >= sg_story_get_depth (self->story));
  attach_live (self);
  sg_reading_place_restore (self->place);
}

static void
show_anew (SgTranscript *self,
           GPtrArray    *rows)
{
  sg_reading_place_forget (self->place);
  /* What was committed is among them, if it is still of the story. */
  if (self->live_committed)
    forget_live (self);
  sg_transcript_view_clear (self->view);
  sg_transcript_view_append (self->view, rows);
  set_at_newest (self, TRUE);
  attach_live (self);
  sg_reading_place_go_to_end (self->place);
}

static void
show_oldest (SgTranscript *self,
             GPtrArray    *rows)
{
  sg_reading_place_forget (self->place);
  if (self->live_committed)
    forget_live (self);
  self->live_shown = FALSE;
  sg_transcript_view_clear (self->view);
  sg_transcript_view_append (self->view, rows);
  set_at_newest (self, sg_transcript_view_get_last_depth (self->view)
                         >= sg_story_get_depth (self->story));
  attach_live (self);
  sg_reading_place_go_to_start (self->place);
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
  while (sg_reading_place_get_following (self->place)
         && sg_transcript_view_get_n_turns (self->view) > SG_TRANSCRIPT_MAX_TURNS)
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
    case LOAD_OLDEST:
      show_oldest (self, rows);
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

  if (self->at_newest || depth <= sg_transcript_view_get_last_depth (self->view))
    load_newest (self);
}

static void
sg_transcript_dispose (GObject *object)
{
  SgTranscript *self = SG_TRANSCRIPT (object);

  cancel_loading (self);
  if (self->place != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->place, self);
      g_object_run_dispose (G_OBJECT (self->place));
    }
  g_clear_object (&self->place);
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
      g_value_set_boolean (value, sg_transcript_get_following (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
jump_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  if (g_str_equal (action, "transcript.oldest"))
    sg_transcript_jump_to_oldest (SG_TRANSCRIPT (widget));
  else
    sg_transcript_jump_to_newest (SG_TRANSCRIPT (widget));
}

static void
sg_transcript_class_init (SgTranscriptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_transcript_dispose;
  object_class->finalize = sg_transcript_finalize;
  object_class->get_property = sg_transcript_get_property;
  widget_class->focus = sg_focus_next_child;

  properties[PROP_FOLLOWING] =
    g_param_spec_boolean ("following", NULL, NULL, TRUE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "transcript.oldest", NULL, jump_cb);
  gtk_widget_class_install_action (widget_class, "transcript.newest", NULL, jump_cb);

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
  self->at_newest = TRUE;
  self->live_text = g_string_new (NULL);
  self->live_reasoning = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));

  self->place = sg_reading_place_new (self->scroller, GTK_TEXT_VIEW (self->view));
  g_signal_connect_swapped (self->place, "moved", G_CALLBACK (load_what_is_near), self);
  g_signal_connect_swapped (self->place, "notify::following", G_CALLBACK (following_cb), self);

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
  forget_live (self);
  sg_transcript_view_clear (self->view);
  set_at_newest (self, TRUE);
  sg_reading_place_go_to_end (self->place);
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

  return sg_reading_place_get_following (self->place);
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

static void
refreshed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (SgTranscript) self = user_data;
  g_autoptr (GPtrArray) turns = sg_story_load_turns_finish (SG_STORY (object), result, NULL);

  if (turns != NULL && turns->len > 0 && SG_STORY (object) == self->story)
    sg_transcript_view_update_footer (self->view, g_ptr_array_index (turns, 0));
}

/**
 * sg_transcript_refresh_turn:
 * @self: the transcript
 * @turn: the id of a turn
 *
 * Something was found out about a turn after it was told: what stands under it is brought up to date.
 */
void
sg_transcript_refresh_turn (SgTranscript *self,
                            gint64        turn)
{
  gint64 depth;

  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  depth = self->story != NULL ? sg_transcript_view_find_depth (self->view, turn) : -1;
  if (depth >= 0)
    sg_story_load_turns_async (self->story, depth, depth, NULL, refreshed_cb, g_object_ref (self));
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
  gboolean leaving;

  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  leaving = self->loading != NULL && self->loading_kind == LOAD_OLDEST;
  sg_reading_place_forget (self->place);
  if ((!self->at_newest || leaving) && self->story != NULL)
    load_newest (self);
  else
    sg_reading_place_go_to_end (self->place);
}

/**
 * sg_transcript_jump_to_oldest:
 * @self: the transcript
 *
 * Goes to the beginning of the story.
 */
void
sg_transcript_jump_to_oldest (SgTranscript *self)
{
  g_return_if_fail (SG_IS_TRANSCRIPT (self));

  sg_reading_place_forget (self->place);
  if (sg_transcript_view_get_first_depth (self->view) > 0)
    load (self, LOAD_OLDEST, 0, SG_TRANSCRIPT_CHUNK - 1);
  else
    sg_reading_place_go_to_start (self->place);
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

  sg_reading_place_scroll_pages (self->place, pages);
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
  if (is_live_shown (self))
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
  if (is_live_shown (self))
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
