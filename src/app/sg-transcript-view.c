/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-transcript-view.h"

#include <glib/gi18n-lib.h>

#include "app/sg-turn-block.h"
#include "app/sg-turn-footer.h"

/* A label for each turn lays out the whole turn again for every token that comes.  A text view lays out
 * the last paragraph, and only once a frame: what streams in is gathered, and a tick callback, which
 * runs while there is something to show, puts it on the page. */

struct _SgTranscriptView
{
  GtkTextView        parent_instance;

  SgTranscriptStyle  style;
  GPtrArray         *blocks;

  /* The turn that is being told: not yet one of the blocks. */
  SgTurnBlock       *live;
  GString           *live_text;
  gsize              live_shown;
  GString           *live_reasoning;
  guint              tick;
};

G_DEFINE_FINAL_TYPE (SgTranscriptView, sg_transcript_view, GTK_TYPE_TEXT_VIEW)

static GtkTextBuffer *
get_buffer (SgTranscriptView *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
}

static SgTurnBlock *
get_block (SgTranscriptView *self,
           guint             position)
{
  return g_ptr_array_index (self->blocks, position);
}

static void
sg_transcript_view_css_changed (GtkWidget         *widget,
                                GtkCssStyleChange *change)
{
  SgTranscriptView *self = SG_TRANSCRIPT_VIEW (widget);

  GTK_WIDGET_CLASS (sg_transcript_view_parent_class)->css_changed (widget, change);
  sg_transcript_style_update (&self->style, widget);
}

/* After turns left the page, GTK finds out how high the rest is no sooner than while it paints it.  The
 * scrollbar changes with that, and what changes while a frame is painted is left out of it.  To be told
 * that it was scrolled makes the view find out now. */
static void
sg_transcript_view_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget));

  GTK_WIDGET_CLASS (sg_transcript_view_parent_class)->size_allocate (widget, width, height, baseline);
  g_signal_emit_by_name (adjustment, "value-changed");
}

static void
sg_transcript_view_dispose (GObject *object)
{
  SgTranscriptView *self = SG_TRANSCRIPT_VIEW (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->live, sg_turn_block_free);
  g_clear_pointer (&self->blocks, g_ptr_array_unref);

  G_OBJECT_CLASS (sg_transcript_view_parent_class)->dispose (object);
}

static void
sg_transcript_view_finalize (GObject *object)
{
  SgTranscriptView *self = SG_TRANSCRIPT_VIEW (object);

  g_string_free (self->live_text, TRUE);
  g_string_free (self->live_reasoning, TRUE);

  G_OBJECT_CLASS (sg_transcript_view_parent_class)->finalize (object);
}

static void
sg_transcript_view_class_init (SgTranscriptViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_transcript_view_dispose;
  object_class->finalize = sg_transcript_view_finalize;
  widget_class->size_allocate = sg_transcript_view_size_allocate;
  widget_class->css_changed = sg_transcript_view_css_changed;

  /* To the ends of the story, which are not those of the page. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, GDK_CONTROL_MASK,
                                       "transcript.oldest", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_End, GDK_CONTROL_MASK,
                                       "transcript.newest", NULL);
}

/* What changes in the middle of a frame, as it does when words stream in or a key is pressed, is laid out while the
 * page is given its size, and asks for a new size itself when lines came or went.  That is too late for what stands
 * around the page in this frame, unless all of it is about to be given a size anyway. */
static void
sg_transcript_view_init (SgTranscriptView *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);

  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_block_free);
  self->live_text = g_string_new (NULL);
  self->live_reasoning = g_string_new (NULL);

  gtk_text_view_set_editable (view, FALSE);
  gtk_text_view_set_cursor_visible (view, FALSE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  /* No margin at the top: each time lines above the page are laid out, GTK keeps the reader's place but for the
   * height of that margin.  The beginning of the story has its own space above it. */
  gtk_text_view_set_left_margin (view, 18);
  gtk_text_view_set_right_margin (view, 18);
  gtk_text_view_set_bottom_margin (view, 18);
  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_buffer_set_enable_undo (get_buffer (self), FALSE);
  g_signal_connect_object (get_buffer (self), "changed", G_CALLBACK (gtk_widget_queue_resize), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (GTK_WIDGET (self), "transcript");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Story"),
                                  GTK_ACCESSIBLE_PROPERTY_READ_ONLY, TRUE,
                                  GTK_ACCESSIBLE_PROPERTY_MULTI_LINE, TRUE,
                                  -1);
  sg_transcript_style_init (&self->style, get_buffer (self));
}

GtkWidget *
sg_transcript_view_new (void)
{
  return g_object_new (SG_TYPE_TRANSCRIPT_VIEW, NULL);
}

guint
sg_transcript_view_get_n_turns (SgTranscriptView *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT_VIEW (self), 0);

  return self->blocks->len;
}

gint64
sg_transcript_view_get_first_depth (SgTranscriptView *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT_VIEW (self), -1);

  return self->blocks->len > 0 ? get_block (self, 0)->depth : -1;
}

gint64
sg_transcript_view_get_last_depth (SgTranscriptView *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT_VIEW (self), -1);

  return self->blocks->len > 0 ? get_block (self, self->blocks->len - 1)->depth : -1;
}

/* A newline between two blocks belongs to neither. */
static void
insert_separator (SgTranscriptView *self,
                  GtkTextIter      *iter)
{
  gtk_text_buffer_insert_with_tags (get_buffer (self), iter, "\n", -1, self->style.footer, NULL);
}

static void
begin_at_end (SgTranscriptView *self,
              GtkTextIter      *iter)
{
  gtk_text_buffer_get_end_iter (get_buffer (self), iter);
  if (gtk_text_iter_get_offset (iter) > 0)
    insert_separator (self, iter);
}

static SgTurnBlock *
insert_turn (SgTranscriptView *self,
             GtkTextIter      *iter,
             const SgTurnRow  *row)
{
  SgTurnBlock *block = sg_turn_block_new (GTK_TEXT_VIEW (self), &self->style, row->depth, iter,
                                          row->mode, row->input);

  sg_turn_block_set_row (block, iter, row);
  return block;
}

/**
 * sg_transcript_view_append:
 * @self: the page
 * @rows: (element-type SgTurnRow): turns, oldest first
 *
 * Adds turns after the last one.  There must be no live turn.
 */
void
sg_transcript_view_append (SgTranscriptView *self,
                           GPtrArray        *rows)
{
  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));
  g_return_if_fail (self->live == NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      GtkTextIter iter;

      begin_at_end (self, &iter);
      g_ptr_array_add (self->blocks, insert_turn (self, &iter, g_ptr_array_index (rows, i)));
    }
}

/**
 * sg_transcript_view_prepend:
 * @self: the page
 * @rows: (element-type SgTurnRow): turns, oldest first
 *
 * Adds turns before the first one.
 */
void
sg_transcript_view_prepend (SgTranscriptView *self,
                            GPtrArray        *rows)
{
  SgTurnBlock *first;
  GtkTextIter iter;

  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));

  if (self->blocks->len == 0 && self->live == NULL)
    {
      sg_transcript_view_append (self, rows);
      return;
    }

  first = self->blocks->len > 0 ? get_block (self, 0) : self->live;
  gtk_text_buffer_get_start_iter (get_buffer (self), &iter);
  for (guint i = 0; i < rows->len; i++)
    {
      g_ptr_array_insert (self->blocks, (int) i,
                          insert_turn (self, &iter, g_ptr_array_index (rows, i)));
      insert_separator (self, &iter);
    }
  sg_turn_block_move_begin (first, &iter);
}

/* Deletes the text of the blocks from @from up to, not including, @to. */
static void
drop (SgTranscriptView *self,
      guint             from,
      guint             to)
{
  GtkTextBuffer *buffer = get_buffer (self);
  SgTurnBlock *after = to < self->blocks->len ? get_block (self, to) : self->live;
  GtkTextIter begin, end;

  if (from >= to)
    return;

  sg_turn_block_get_begin (get_block (self, from), &begin);
  if (after != NULL)
    {
      sg_turn_block_get_begin (after, &end);
    }
  else
    {
      gtk_text_iter_backward_char (&begin);
      gtk_text_buffer_get_end_iter (buffer, &end);
    }
  g_ptr_array_remove_range (self->blocks, from, to - from);
  gtk_text_buffer_delete (buffer, &begin, &end);
}

/**
 * sg_transcript_view_drop_first:
 * @self: the page
 * @n_turns: how many
 *
 * Takes the oldest turns off the page.
 */
void
sg_transcript_view_drop_first (SgTranscriptView *self,
                               guint             n_turns)
{
  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));

  drop (self, 0, MIN (n_turns, self->blocks->len));
}

/**
 * sg_transcript_view_drop_from:
 * @self: the page
 * @depth: a depth
 *
 * Takes the turns at @depth and deeper off the page.
 */
void
sg_transcript_view_drop_from (SgTranscriptView *self,
                              gint64            depth)
{
  guint from;

  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));

  for (from = self->blocks->len; from > 0; from--)
    {
      if (get_block (self, from - 1)->depth < depth)
        break;
    }
  drop (self, from, self->blocks->len);
}

void
sg_transcript_view_clear (SgTranscriptView *self)
{
  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));

  sg_transcript_view_drop_live (self);
  g_ptr_array_set_size (self->blocks, 0);
  gtk_text_buffer_set_text (get_buffer (self), "", 0);
}

/**
 * sg_transcript_view_get_turn_start:
 * @self: the page
 * @turn: the id of a turn
 * @iter: (out caller-allocates): where it begins
 *
 * Returns: whether the turn is on the page
 */
gboolean
sg_transcript_view_get_turn_start (SgTranscriptView *self,
                                   gint64            turn,
                                   GtkTextIter      *iter)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT_VIEW (self), FALSE);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      if (get_block (self, i)->turn == turn)
        {
          sg_turn_block_get_begin (get_block (self, i), iter);
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
sg_transcript_view_has_live (SgTranscriptView *self)
{
  g_return_val_if_fail (SG_IS_TRANSCRIPT_VIEW (self), FALSE);

  return self->live != NULL;
}

/**
 * sg_transcript_view_begin_live:
 * @self: the page
 * @depth: the depth that the turn will have
 * @mode: how the words are meant
 * @input: (nullable): the player's words
 *
 * Begins the turn that is being told, with the player's words.
 */
void
sg_transcript_view_begin_live (SgTranscriptView *self,
                               gint64            depth,
                               const char       *mode,
                               const char       *input)
{
  GtkTextIter iter;

  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));

  sg_transcript_view_drop_live (self);
  begin_at_end (self, &iter);
  self->live = sg_turn_block_new (GTK_TEXT_VIEW (self), &self->style, depth, &iter, mode, input);
}

/* How much of the text can be shown now: a trailing line break is shown when something follows it. */
static gsize
get_showable (SgTranscriptView *self)
{
  gsize length = self->live_text->len;

  while (length > self->live_shown && g_ascii_isspace (self->live_text->str[length - 1]))
    length--;
  return length;
}

static void
flush_live (SgTranscriptView *self,
            gboolean          complete)
{
  gsize length = get_showable (self);
  GtkTextIter iter;

  if (self->live == NULL)
    return;

  if (self->live_reasoning->len > 0)
    {
      sg_turn_block_reason (self->live, self->live_reasoning->str);
      g_string_truncate (self->live_reasoning, 0);
    }
  if (length > self->live_shown || (complete && self->live->telling != NULL))
    {
      gtk_text_buffer_get_end_iter (get_buffer (self), &iter);
      sg_turn_block_tell (self->live, &iter, self->live_text->str + self->live_shown,
                          (gssize) (length - self->live_shown), complete);
      self->live_shown = length;
    }
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  SgTranscriptView *self = SG_TRANSCRIPT_VIEW (widget);

  self->tick = 0;
  flush_live (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
queue_flush (SgTranscriptView *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

/**
 * sg_transcript_view_append_live:
 * @self: the page
 * @text: a piece of the narration
 *
 * Adds to the live turn, in the next frame.
 */
void
sg_transcript_view_append_live (SgTranscriptView *self,
                                const char       *text)
{
  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));
  g_return_if_fail (self->live != NULL);

  g_string_append (self->live_text, text);
  queue_flush (self);
}

/**
 * sg_transcript_view_reason_live:
 * @self: the page
 * @text: a piece of what the model thinks
 *
 * Adds to the reasoning of the live turn, in the next frame.
 */
void
sg_transcript_view_reason_live (SgTranscriptView *self,
                                const char       *text)
{
  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));
  g_return_if_fail (self->live != NULL);

  g_string_append (self->live_reasoning, text);
  queue_flush (self);
}

static void
reset_live (SgTranscriptView *self)
{
  g_string_truncate (self->live_text, 0);
  g_string_truncate (self->live_reasoning, 0);
  self->live_shown = 0;
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

static SgTurnBlock *
find_block (SgTranscriptView *self,
            gint64            turn)
{
  for (guint i = self->blocks->len; i > 0; i--)
    {
      SgTurnBlock *block = g_ptr_array_index (self->blocks, i - 1);

      if (block->turn == turn)
        return block;
    }

  return NULL;
}

/**
 * sg_transcript_view_find_depth:
 * @self: the page
 * @turn: the id of a turn
 *
 * Returns: its depth, or -1 where it is not on the page
 */
gint64
sg_transcript_view_find_depth (SgTranscriptView *self,
                               gint64            turn)
{
  const SgTurnBlock *block;

  g_return_val_if_fail (SG_IS_TRANSCRIPT_VIEW (self), -1);

  block = find_block (self, turn);

  return block != NULL ? block->depth : -1;
}

/**
 * sg_transcript_view_update_footer:
 * @self: the page
 * @row: a turn of which the library knows more than it did
 *
 * Says it under the turn, where that is on the page and has a footer.
 */
void
sg_transcript_view_update_footer (SgTranscriptView *self,
                                  const SgTurnRow  *row)
{
  const SgTurnBlock *block;

  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));

  block = find_block (self, row->id);
  if (block != NULL && block->footer != NULL)
    sg_turn_footer_set_row (SG_TURN_FOOTER (block->footer), row);
}

/**
 * sg_transcript_view_finish_live:
 * @self: the page
 * @row: the turn as it was committed
 *
 * Makes the live turn one of the turns, with its footer, without laying it out anew.
 */
void
sg_transcript_view_finish_live (SgTranscriptView *self,
                                const SgTurnRow  *row)
{
  GtkTextIter iter;

  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));
  g_return_if_fail (self->live != NULL);

  flush_live (self, TRUE);
  gtk_text_buffer_get_end_iter (get_buffer (self), &iter);
  sg_turn_block_set_row (self->live, &iter, row);
  g_ptr_array_add (self->blocks, g_steal_pointer (&self->live));
  reset_live (self);
}

/**
 * sg_transcript_view_drop_live:
 * @self: the page
 *
 * Takes the live turn off the page.
 */
void
sg_transcript_view_drop_live (SgTranscriptView *self)
{
  GtkTextIter begin, end;

  g_return_if_fail (SG_IS_TRANSCRIPT_VIEW (self));

  reset_live (self);
  if (self->live == NULL)
    return;

  sg_turn_block_get_begin (self->live, &begin);
  gtk_text_iter_backward_char (&begin);
  gtk_text_buffer_get_end_iter (get_buffer (self), &end);
  g_clear_pointer (&self->live, sg_turn_block_free);
  gtk_text_buffer_delete (get_buffer (self), &begin, &end);
}
