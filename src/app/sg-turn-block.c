/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-turn-block.h"

#include <glib/gi18n-lib.h>

#include "app/sg-emphasis.h"
#include "app/sg-paragraph.h"
#include "compat/sg-accessible.h"

/* All marks have left gravity: what is inserted where one stands comes after it, and a mark that is to
 * move behind an insertion is moved by hand. */

static void
get_iter (SgTurnBlock *self,
          GtkTextMark *mark,
          GtkTextIter *iter)
{
  gtk_text_buffer_get_iter_at_mark (gtk_text_view_get_buffer (self->view), iter, mark);
}

static GtkTextMark *
create_mark (SgTurnBlock       *self,
             const GtkTextIter *iter)
{
  return gtk_text_buffer_create_mark (gtk_text_view_get_buffer (self->view), NULL, iter, TRUE);
}

/* Text between two pieces with the same tag gets that tag as well, as between the player's words of one turn and
 * those of the next: it is taken off again.  At the end of the page there is none. */
static void
insert (SgTurnBlock *self,
        GtkTextIter *iter,
        const char  *text,
        GtkTextTag  *tag)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  gboolean inside = !gtk_text_iter_is_end (iter);
  int begin = gtk_text_iter_get_offset (iter);
  GtkTextIter start;

  gtk_text_buffer_insert (buffer, iter, text, -1);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, begin);
  if (inside)
    gtk_text_buffer_remove_all_tags (buffer, &start, iter);
  gtk_text_buffer_apply_tag (buffer, tag, &start, iter);
}

/* Every part of a block but the first stands on a line of its own. */
static void
begin_part (SgTurnBlock *self,
            GtkTextIter *iter,
            GtkTextTag  *tag)
{
  GtkTextIter begin;

  get_iter (self, self->begin, &begin);
  if (!gtk_text_iter_equal (iter, &begin))
    insert (self, iter, "\n", tag);
}

static void
insert_widget (SgTurnBlock *self,
               GtkTextIter *iter,
               GtkWidget   *widget,
               GtkTextTag  *tag)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextChildAnchor *anchor = gtk_text_buffer_create_child_anchor (buffer, iter);
  GtkTextIter start = *iter;

  gtk_text_iter_backward_char (&start);
  gtk_text_buffer_remove_all_tags (buffer, &start, iter);
  gtk_text_buffer_apply_tag (buffer, tag, &start, iter);
  gtk_text_view_add_child_at_anchor (self->view, widget, anchor);
}

/**
 * sg_turn_block_dup_clean:
 * @text: foreign text
 * @length: its length in bytes, or -1
 *
 * Takes out what a text view cannot show as text: control characters, and the character that stands for
 * widgets.
 *
 * Returns: (transfer full): the text
 */
char *
sg_turn_block_dup_clean (const char *text,
                         gssize      length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  GString *clean = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f && c != 0xfffc && !(c >= 0x80 && c < 0xa0)))
        g_string_append_len (clean, p, g_utf8_next_char (p) - p);
    }
  return g_string_free (clean, FALSE);
}

static char *
dup_words (const char *mode,
           const char *input)
{
  g_autofree char *clean = sg_turn_block_dup_clean (input, -1);

  g_strstrip (clean);
  if (*clean == '\0')
    return NULL;
  if (g_strcmp0 (mode, "say") == 0)
    return g_strdup_printf (_("“%s”"), clean);
  return g_steal_pointer (&clean);
}

/**
 * sg_turn_block_new:
 * @view: the page
 * @style: its tags
 * @depth: the depth of the turn
 * @iter: where to begin; moves behind what is inserted
 * @mode: (nullable): how the words are meant
 * @input: (nullable): the player's words
 *
 * Begins a block with the player's words.
 *
 * Returns: (transfer full): the block
 */
SgTurnBlock *
sg_turn_block_new (GtkTextView       *view,
                   SgTranscriptStyle *style,
                   gint64             depth,
                   GtkTextIter       *iter,
                   const char        *mode,
                   const char        *input)
{
  SgTurnBlock *self = g_new0 (SgTurnBlock, 1);
  g_autofree char *words = input != NULL ? dup_words (mode, input) : NULL;

  self->view = view;
  self->style = style;
  self->depth = depth;
  self->begin = create_mark (self, iter);
  if (words != NULL)
    insert (self, iter, words, style->words);
  return self;
}

static void
remove_widget (SgTurnBlock  *self,
               GtkWidget   **widget)
{
  if (*widget == NULL)
    return;

  g_signal_handlers_disconnect_by_data (*widget, self);
  if (gtk_widget_get_parent (*widget) == GTK_WIDGET (self->view))
    gtk_text_view_remove (self->view, *widget);
  *widget = NULL;
}

static void
remove_mark (SgTurnBlock  *self,
             GtkTextMark **mark)
{
  if (*mark != NULL)
    gtk_text_buffer_delete_mark (gtk_text_view_get_buffer (self->view), *mark);
  *mark = NULL;
}

/* Lets go of the marks and widgets; the text stays in the buffer. */
void
sg_turn_block_free (SgTurnBlock *self)
{
  remove_widget (self, &self->fold);
  remove_widget (self, &self->footer);
  remove_mark (self, &self->begin);
  remove_mark (self, &self->telling);
  remove_mark (self, &self->paragraph);
  remove_mark (self, &self->thoughts);
  if (self->reasoning != NULL)
    g_string_free (self->reasoning, TRUE);
  g_free (self);
}

void
sg_turn_block_get_begin (SgTurnBlock *self,
                         GtkTextIter *iter)
{
  get_iter (self, self->begin, iter);
}

/* To where the block begins after something was inserted before it.  The marks that stand where the block
 * begins were left behind with it. */
void
sg_turn_block_move_begin (SgTurnBlock       *self,
                          const GtkTextIter *iter)
{
  GtkTextMark *marks[] = { self->telling, self->paragraph, self->thoughts, self->begin };
  GtkTextIter begin;

  get_iter (self, self->begin, &begin);
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      GtkTextIter at;

      if (marks[i] == NULL)
        continue;
      get_iter (self, marks[i], &at);
      if (gtk_text_iter_equal (&at, &begin))
        gtk_text_buffer_move_mark (gtk_text_view_get_buffer (self->view), marks[i], iter);
    }
}

/* Lines without text are low, like those between the paragraphs of what is told, and there is some room below the
 * last line. */
static void
space_thoughts (SgTurnBlock *self,
                int          first,
                int          last)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter begin, end;

  for (int line = first; line < last; line++)
    {
      gtk_text_buffer_get_iter_at_line (buffer, &begin, line);
      end = begin;
      if (gtk_text_iter_ends_line (&begin) && gtk_text_iter_forward_char (&end))
        gtk_text_buffer_apply_tag (buffer, self->style->gap, &begin, &end);
    }

  gtk_text_buffer_get_iter_at_line (buffer, &begin, first);
  gtk_text_buffer_get_iter_at_line (buffer, &end, last);
  gtk_text_buffer_remove_tag (buffer, self->style->reasoning_end, &begin, &end);
  begin = end;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  gtk_text_buffer_apply_tag (buffer, self->style->reasoning_end, &begin, &end);
}

/* Puts more of the reasoning below the fold. */
static void
show_thoughts (SgTurnBlock *self,
               const char  *text)
{
  g_autofree char *clean = sg_turn_block_dup_clean (text, -1);
  GtkTextIter iter;
  int before, first_line;

  get_iter (self, self->thoughts, &iter);
  gtk_text_iter_forward_chars (&iter, 1 + (int) self->thoughts_shown);
  before = gtk_text_iter_get_offset (&iter);
  first_line = gtk_text_iter_get_line (&iter);

  if (self->thoughts_shown == 0)
    {
      insert (self, &iter, "\n", self->style->fold);
      insert (self, &iter, g_strchug (clean), self->style->reasoning);
    }
  else
    {
      insert (self, &iter, clean, self->style->reasoning);
    }
  self->thoughts_shown += (guint) (gtk_text_iter_get_offset (&iter) - before);
  space_thoughts (self, first_line, gtk_text_iter_get_line (&iter));
}

static void
hide_thoughts (SgTurnBlock *self)
{
  GtkTextIter start, end;

  get_iter (self, self->thoughts, &start);
  gtk_text_iter_forward_char (&start);
  end = start;
  gtk_text_iter_forward_chars (&end, (int) self->thoughts_shown);
  gtk_text_buffer_delete (gtk_text_view_get_buffer (self->view), &start, &end);
  self->thoughts_shown = 0;
}

static void
fold_toggled_cb (GtkToggleButton *button,
                 gpointer         user_data)
{
  SgTurnBlock *self = user_data;
  gboolean open = gtk_toggle_button_get_active (button);
  GtkWidget *box = gtk_button_get_child (GTK_BUTTON (button));

  gtk_image_set_from_icon_name (GTK_IMAGE (gtk_widget_get_first_child (box)),
                                open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  if (open)
    show_thoughts (self, self->reasoning->str);
  else
    hide_thoughts (self);
}

static GtkWidget *
create_fold (SgTurnBlock *self)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *label = gtk_label_new (_("Reasoning"));

  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("pan-end-symbolic"));
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "chip");
  gtk_widget_set_tooltip_text (button, _("What the Model Thought"));
  sg_accessible_set_label (button, _("Reasoning"));
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
  g_signal_connect (button, "toggled", G_CALLBACK (fold_toggled_cb), self);
  return button;
}

/* The fold goes above the telling, whether that has begun or not. */
static void
add_fold (SgTurnBlock *self,
          GtkTextIter *iter)
{
  gboolean paragraph_too = FALSE;
  GtkTextIter start;

  if (self->telling != NULL)
    {
      GtkTextIter paragraph;

      get_iter (self, self->telling, iter);
      get_iter (self, self->paragraph, &paragraph);
      paragraph_too = gtk_text_iter_equal (iter, &paragraph);
    }
  else
    {
      begin_part (self, iter, self->style->words);
    }

  self->fold = create_fold (self);
  insert_widget (self, iter, self->fold, self->style->fold);
  start = *iter;
  gtk_text_iter_backward_char (&start);
  self->thoughts = create_mark (self, &start);

  if (self->telling != NULL)
    {
      insert (self, iter, "\n", self->style->telling);
      gtk_text_buffer_move_mark (gtk_text_view_get_buffer (self->view), self->telling, iter);
      if (paragraph_too)
        gtk_text_buffer_move_mark (gtk_text_view_get_buffer (self->view), self->paragraph, iter);
    }
}

/**
 * sg_turn_block_reason:
 * @self: the last block of the page
 * @delta: more of what the model thinks
 *
 * Adds to the reasoning, behind its fold.
 */
void
sg_turn_block_reason (SgTurnBlock *self,
                      const char  *delta)
{
  if (self->fold == NULL)
    {
      GtkTextIter end;

      self->reasoning = g_string_new (NULL);
      gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (self->view), &end);
      add_fold (self, &end);
    }
  g_string_append (self->reasoning, delta);
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->fold)))
    show_thoughts (self, delta);
}

/* Styles the words between stars in one line, and takes the stars away. */
static void
apply_emphasis (SgTurnBlock *self,
                int          line,
                gboolean     complete)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);

  for (;;)
    {
      g_autofree char *text = NULL;
      GtkTextIter start, end, from, to;
      SgEmphasis found;

      gtk_text_buffer_get_iter_at_line (buffer, &start, line);
      end = start;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
      text = gtk_text_iter_get_slice (&start, &end);
      if (strchr (text, '*') == NULL || !sg_emphasis_find (text, complete, &found))
        return;

      gtk_text_buffer_get_iter_at_line_offset (buffer, &from, line, (int) found.begin);
      gtk_text_buffer_get_iter_at_line_offset (buffer, &to, line, (int) found.end);
      if (found.stars & 1)
        gtk_text_buffer_apply_tag (buffer, self->style->emphasis, &from, &to);
      if (found.stars & 2)
        gtk_text_buffer_apply_tag (buffer, self->style->strong, &from, &to);

      from = to;
      gtk_text_iter_backward_chars (&from, (int) found.stars);
      gtk_text_buffer_delete (buffer, &from, &to);
      gtk_text_buffer_get_iter_at_line_offset (buffer, &from, line, (int) found.begin);
      to = from;
      gtk_text_iter_forward_chars (&to, (int) found.stars);
      gtk_text_buffer_delete (buffer, &from, &to);
    }
}

/* Styles the lines from the last paragraph to @last, and makes @last the last paragraph. */
static void
style_paragraphs (SgTurnBlock *self,
                  int          last,
                  gboolean     complete)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter iter;
  int line;

  get_iter (self, self->paragraph, &iter);
  for (line = gtk_text_iter_get_line (&iter); line <= last; line++)
    {
      gtk_text_buffer_get_iter_at_line (buffer, &iter, line);
      if (line < last && gtk_text_iter_ends_line (&iter))
        {
          GtkTextIter next = iter;

          gtk_text_iter_forward_char (&next);
          gtk_text_buffer_apply_tag (buffer, self->style->gap, &iter, &next);
        }
      else
        {
          apply_emphasis (self, line, complete || line < last);
        }
    }
  gtk_text_buffer_get_iter_at_line (buffer, &iter, last);
  gtk_text_buffer_move_mark (buffer, self->paragraph, &iter);
}

/* Puts the text of a line behind its first @position characters on a line of its own. */
static void
break_line (SgTurnBlock            *self,
            int                     line,
            const SgParagraphBreak *at)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_line_offset (buffer, &iter, line, (int) at->position);
  if (at->space)
    {
      GtkTextIter blank = iter;

      gtk_text_iter_backward_char (&blank);
      gtk_text_buffer_delete (buffer, &blank, &iter);
    }
  insert (self, &iter, "\n", self->style->telling);
}

/* Breaks what has grown too long of the lines from the last paragraph on, and gives the last line. */
static int
break_paragraphs (SgTurnBlock *self,
                  int          last)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start;

  get_iter (self, self->paragraph, &start);
  for (int line = gtk_text_iter_get_line (&start); line <= last; line++)
    {
      g_autofree char *text = NULL;
      SgParagraphBreak at;
      GtkTextIter end;

      gtk_text_buffer_get_iter_at_line (buffer, &start, line);
      if (gtk_text_iter_get_chars_in_line (&start) <= SG_PARAGRAPH_LONG)
        continue;
      end = start;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
      text = gtk_text_iter_get_slice (&start, &end);
      if (sg_paragraph_find_break (text, &at))
        {
          break_line (self, line, &at);
          last++;
        }
    }
  return last;
}

/**
 * sg_turn_block_tell:
 * @self: a block without a footer
 * @iter: its end; moves behind what is inserted
 * @text: more of what is told
 * @length: its length in bytes, or -1
 * @complete: whether it is the last of it
 *
 * Adds to the telling.  Nothing before the last paragraph is touched.
 */
void
sg_turn_block_tell (SgTurnBlock *self,
                    GtkTextIter *iter,
                    const char  *text,
                    gssize       length,
                    gboolean     complete)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autofree char *clean = sg_turn_block_dup_clean (text, length);
  GtkTextMark *end;

  if (self->telling == NULL)
    {
      g_strchug (clean);
      if (*clean == '\0')
        return;
      /* Where the style of the fold ended just at the beginning of the telling, GTK 4.8 would lay out the second
       * paragraph in it. */
      begin_part (self, iter, self->fold != NULL ? self->style->telling : self->style->words);
      self->telling = create_mark (self, iter);
      self->paragraph = create_mark (self, iter);
    }

  insert (self, iter, clean, self->style->telling);
  end = gtk_text_buffer_create_mark (buffer, NULL, iter, FALSE);
  style_paragraphs (self, break_paragraphs (self, gtk_text_iter_get_line (iter)), complete);
  get_iter (self, end, iter);
  gtk_text_buffer_delete_mark (buffer, end);
}

/**
 * sg_turn_block_set_reasoning:
 * @self: a block with nothing but the player's words, the last thing in the buffer or not
 * @reasoning: (nullable): all of what the model thought
 *
 * Keeps the reasoning for when it is unfolded; the fold comes with sg_turn_block_set_row().
 */
void
sg_turn_block_set_reasoning (SgTurnBlock *self,
                             const char  *reasoning)
{
  if (reasoning != NULL && *reasoning != '\0' && self->reasoning == NULL)
    self->reasoning = g_string_new (reasoning);
}

static void
add_space_above (SgTurnBlock *self)
{
  GtkTextIter begin, end;

  get_iter (self, self->begin, &begin);
  end = begin;
  gtk_text_iter_forward_char (&end);
  gtk_text_buffer_apply_tag (gtk_text_view_get_buffer (self->view), self->style->opening, &begin,
                             &end);
}

/**
 * sg_turn_block_set_row:
 * @self: the block
 * @iter: its end; moves behind what is inserted
 * @row: the turn
 *
 * Puts what the library knows of the turn on the page: the reasoning and the telling, where
 * they are not there yet, and the footer.
 */
void
sg_turn_block_set_row (SgTurnBlock     *self,
                       GtkTextIter     *iter,
                       const SgTurnRow *row)
{
  self->turn = row->id;
  self->depth = row->depth;

  sg_turn_block_set_reasoning (self, row->reasoning);
  if (self->telling == NULL)
    {
      if (self->reasoning != NULL && self->fold == NULL)
        add_fold (self, iter);
      if (row->text != NULL)
        {
          g_autofree char *text = g_strchomp (g_strdup (row->text));

          sg_turn_block_tell (self, iter, text, -1, TRUE);
        }
    }

  if (row->depth == 0)
    add_space_above (self);
  if (!sg_turn_footer_is_needed (row))
    return;
  if (self->footer == NULL)
    {
      begin_part (self, iter, self->style->telling);
      self->footer = sg_turn_footer_new ();
      insert_widget (self, iter, self->footer, self->style->footer);
    }
  sg_turn_footer_set_row (SG_TURN_FOOTER (self->footer), row);
}
