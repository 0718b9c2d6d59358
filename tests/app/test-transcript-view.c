/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app-fixture.h"

#include "app/sg-transcript-view.h"
#include "app/sg-turn-footer.h"

typedef struct
{
  GtkWidget        *window;
  SgTranscriptView *view;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  fixture->view = SG_TRANSCRIPT_VIEW (sg_transcript_view_new ());
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (fixture->view));
  fixture->window = app_fixture_show (scroller, 500, 400);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  app_fixture_close (fixture->window);
}

static void
assert_text (Fixture    *fixture,
             const char *expected)
{
  g_autofree char *text = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));

  g_assert_cmpstr (text, ==, expected);
}

static void
append_one (Fixture   *fixture,
            SgTurnRow *row)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_row_free);

  g_ptr_array_add (rows, row);
  sg_transcript_view_append (fixture->view, rows);
}

static gboolean
has_tag (Fixture    *fixture,
         int         offset,
         const char *name)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), name);
  GtkTextIter iter;

  g_assert_nonnull (tag);
  gtk_text_buffer_get_iter_at_offset (buffer, &iter, offset);
  return gtk_text_iter_has_tag (&iter, tag);
}

static guint
count_widgets (Fixture *fixture,
               GType    type)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->view)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += g_type_is_a (G_OBJECT_TYPE (child), type) ? 1 : 0;
  return n;
}

static void
test_append (Fixture       *fixture,
             gconstpointer  data)
{
  append_one (fixture, app_fixture_turn (0, "opening", "", "\nIt begins.\n\n"));
  assert_text (fixture, "It begins.");
  append_one (fixture, app_fixture_turn (1, "say", "Who is there?", "Nobody."));
  assert_text (fixture, "It begins.\n“Who is there?”\nNobody.\n");
  g_assert_true (has_tag (fixture, 13, "words"));
  g_assert_true (has_tag (fixture, 0, "telling"));
  g_assert_cmpuint (sg_transcript_view_get_n_turns (fixture->view), ==, 2);
  g_assert_cmpint (sg_transcript_view_get_last_depth (fixture->view), ==, 1);
}

/* Pango markup, HTML and control characters from a model or a player are text or nothing. */
static void
test_foreign_text (Fixture       *fixture,
                   gconstpointer  data)
{
  append_one (fixture, app_fixture_turn (0, "do", "<b>x</b> & y", "<span size='1'>a</span>\x07 \xef\xbf\xbc&amp;"));
  assert_text (fixture, "<b>x</b> & y\n<span size='1'>a</span> &amp;");
}

static void
test_emphasis (Fixture       *fixture,
               gconstpointer  data)
{
  append_one (fixture, app_fixture_turn (0, "opening", "", "A *cold* and **dark** place.\n\n2 * 3"));
  assert_text (fixture, "A cold and dark place.\n\n2 * 3");
  g_assert_true (has_tag (fixture, 2, "emphasis"));
  g_assert_false (has_tag (fixture, 1, "emphasis"));
  g_assert_false (has_tag (fixture, 6, "emphasis"));
  g_assert_true (has_tag (fixture, 11, "strong"));
}

/* A paragraph without an end is shown as several, so that a frame does not take longer and longer. */
static void
test_endless_paragraph (Fixture       *fixture,
                        gconstpointer  data)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (SgTurnRow) row = NULL;
  g_autofree char *text = NULL;

  sg_transcript_view_begin_live (fixture->view, 0, "do", NULL);
  for (guint i = 0; i < 100; i++)
    {
      for (guint j = 0; j < 20; j++)
        {
          sg_transcript_view_append_live (fixture->view, "and on ");
          g_string_append (told, "and on ");
        }
      app_fixture_settle ();
    }
  row = app_fixture_turn (0, "do", "", told->str);
  sg_transcript_view_finish_live (fixture->view, row);

  g_assert_cmpint (gtk_text_buffer_get_line_count (buffer), >=, 4);
  for (int line = 0; line < gtk_text_buffer_get_line_count (buffer); line++)
    {
      GtkTextIter iter;

      gtk_text_buffer_get_iter_at_line (buffer, &iter, line);
      g_assert_cmpint (gtk_text_iter_get_chars_in_line (&iter), <=, 3100);
    }

  /* Nothing is missing, and nothing was added but that a blank is now the end of a line. */
  text = g_strdelimit (app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view)), "\n", ' ');
  g_assert_true (g_str_has_prefix (text, g_strchomp (told->str)));
}

static void
test_prepend_and_drop (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GPtrArray) late = app_fixture_turns (20, 24);
  g_autoptr (GPtrArray) early = app_fixture_turns (15, 19);
  g_autofree char *first = NULL;
  g_autofree char *both = NULL;
  GtkTextIter iter;

  sg_transcript_view_append (fixture->view, late);
  first = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));
  sg_transcript_view_prepend (fixture->view, early);
  app_fixture_settle ();
  g_assert_cmpint (sg_transcript_view_get_first_depth (fixture->view), ==, 15);
  g_assert_cmpuint (sg_transcript_view_get_n_turns (fixture->view), ==, 10);
  g_assert_cmpuint (count_widgets (fixture, SG_TYPE_TURN_FOOTER), ==, 10);

  both = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));
  g_assert_true (g_str_has_prefix (both, "words 15\n"));
  g_assert_true (g_str_has_suffix (both, first));

  sg_transcript_view_drop_first (fixture->view, 5);
  assert_text (fixture, first);
  g_assert_cmpuint (count_widgets (fixture, SG_TYPE_TURN_FOOTER), ==, 5);
  g_assert_true (sg_transcript_view_get_turn_start (fixture->view, 1020, &iter));
  g_assert_cmpint (gtk_text_iter_get_offset (&iter), ==, 0);
  g_assert_false (sg_transcript_view_get_turn_start (fixture->view, 1019, &iter));

  sg_transcript_view_drop_from (fixture->view, 21);
  g_assert_cmpint (sg_transcript_view_get_last_depth (fixture->view), ==, 20);
  sg_transcript_view_drop_from (fixture->view, 0);
  assert_text (fixture, "");
}

/* The names of the tags of a place, in the order in which they were made. */
static char *
dup_tags (Fixture           *fixture,
          const GtkTextIter *iter)
{
  g_autoptr (GSList) tags = gtk_text_iter_get_tags (iter);
  GString *names = g_string_new (NULL);

  for (GSList *item = tags; item != NULL; item = item->next)
    {
      g_autofree char *name = NULL;

      g_object_get (item->data, "name", &name, NULL);
      g_string_append_printf (names, "%s ", name);
    }
  return g_strchomp (g_string_free (names, FALSE));
}

/* What is told in turns that come above others does not look like the words of the player around it. */
static void
test_prepended_style (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GPtrArray) late = app_fixture_turns (5, 6);
  g_autoptr (GPtrArray) early = app_fixture_turns (2, 4);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  GtkTextIter iter;

  sg_transcript_view_append (fixture->view, late);
  sg_transcript_view_prepend (fixture->view, early);
  gtk_text_buffer_get_start_iter (buffer, &iter);
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *words = NULL;
      g_autofree char *told = NULL;

      g_assert_true (sg_transcript_view_get_turn_start (fixture->view, 1002 + i, &iter));
      words = dup_tags (fixture, &iter);
      gtk_text_iter_forward_line (&iter);
      told = dup_tags (fixture, &iter);
      g_assert_cmpstr (words, ==, "words");
      g_assert_cmpstr (told, ==, "telling");
    }
}

/* A first turn without words of the player: all of its marks stand at the beginning of the page. */
static void
test_prepend_to_opening (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GPtrArray) early = app_fixture_turns (1, 1);

  sg_transcript_view_begin_live (fixture->view, 2, "continue", NULL);
  sg_transcript_view_append_live (fixture->view, "Once ");
  app_fixture_settle ();
  sg_transcript_view_prepend (fixture->view, early);
  sg_transcript_view_append_live (fixture->view, "*more* and");
  sg_transcript_view_reason_live (fixture->view, "Hm.");
  app_fixture_settle ();
  {
    g_autofree char *text = app_fixture_dup_text (GTK_TEXT_VIEW (fixture->view));

    g_assert_true (g_str_has_prefix (text, "words 1\n"));
    g_assert_true (g_str_has_suffix (text, "\nOnce more and"));
  }
}

static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (SgTurnRow) row = app_fixture_turn (1, "do", "listen", "ignored");

  append_one (fixture, app_fixture_turn (0, "opening", "", "It begins."));
  sg_transcript_view_begin_live (fixture->view, 1, "do", "listen");
  assert_text (fixture, "It begins.\nlisten");

  sg_transcript_view_append_live (fixture->view, "\n A sound.");
  assert_text (fixture, "It begins.\nlisten");
  app_fixture_settle ();
  assert_text (fixture, "It begins.\nlisten\nA sound.");

  sg_transcript_view_append_live (fixture->view, "\n\n");
  app_fixture_settle ();
  assert_text (fixture, "It begins.\nlisten\nA sound.");
  sg_transcript_view_append_live (fixture->view, "**Lo");
  sg_transcript_view_append_live (fixture->view, "ud*");
  app_fixture_settle ();
  assert_text (fixture, "It begins.\nlisten\nA sound.\n\n**Loud*");
  sg_transcript_view_append_live (fixture->view, "*");
  sg_transcript_view_finish_live (fixture->view, row);
  assert_text (fixture, "It begins.\nlisten\nA sound.\n\nLoud\n");
  g_assert_false (sg_transcript_view_has_live (fixture->view));
  g_assert_cmpuint (count_widgets (fixture, SG_TYPE_TURN_FOOTER), ==, 1);
}

static void
test_drop_live (Fixture       *fixture,
                gconstpointer  data)
{
  append_one (fixture, app_fixture_turn (0, "opening", "", "It begins."));
  sg_transcript_view_begin_live (fixture->view, 1, "do", "listen");
  sg_transcript_view_append_live (fixture->view, "A sound");
  sg_transcript_view_drop_live (fixture->view);
  app_fixture_settle ();
  assert_text (fixture, "It begins.");
}

static void
test_reasoning (Fixture       *fixture,
                gconstpointer  data)
{
  SgTurnRow *row = app_fixture_turn (1, "do", "look", "A room.");
  GtkWidget *fold;

  row->reasoning = g_strdup ("The player looks.");
  append_one (fixture, row);
  append_one (fixture, app_fixture_turn (2, "do", "go", "Away."));
  assert_text (fixture, "look\n\nA room.\n\ngo\nAway.\n");

  fold = app_fixture_find (GTK_WIDGET (fixture->view), GTK_TYPE_TOGGLE_BUTTON, "chip");
  gtk_test_accessible_assert_state (fold, GTK_ACCESSIBLE_STATE_EXPANDED, FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (fold), TRUE);
  gtk_test_accessible_assert_state (fold, GTK_ACCESSIBLE_STATE_EXPANDED, TRUE);
  assert_text (fixture, "look\n\nThe player looks.\nA room.\n\ngo\nAway.\n");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (fold), FALSE);
  assert_text (fixture, "look\n\nA room.\n\ngo\nAway.\n");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (fold), TRUE);
  sg_transcript_view_drop_first (fixture->view, 1);
  assert_text (fixture, "go\nAway.\n");
}

static void
test_live_reasoning (Fixture       *fixture,
                     gconstpointer  data)
{
  GtkWidget *fold;

  sg_transcript_view_begin_live (fixture->view, 0, "do", "look");
  sg_transcript_view_reason_live (fixture->view, "First, ");
  app_fixture_settle ();
  fold = app_fixture_find (GTK_WIDGET (fixture->view), GTK_TYPE_TOGGLE_BUTTON, "chip");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (fold), TRUE);
  sg_transcript_view_reason_live (fixture->view, "a look.");
  app_fixture_settle ();
  assert_text (fixture, "look\n\nFirst, a look.");
  sg_transcript_view_append_live (fixture->view, "A room.");
  app_fixture_settle ();
  assert_text (fixture, "look\n\nFirst, a look.\nA room.");
  sg_transcript_view_reason_live (fixture->view, " Done.");
  app_fixture_settle ();
  assert_text (fixture, "look\n\nFirst, a look. Done.\nA room.");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (fold), FALSE);
  assert_text (fixture, "look\n\nA room.");
}

/* The paragraphs of the reasoning, and the telling after them, are set apart. */
static void
test_reasoning_has_room (Fixture       *fixture,
                         gconstpointer  data)
{
  const char *expected[] = { "reasoning", "gap reasoning", "reasoning reasoning-end", "telling" };
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  GtkWidget *fold;

  sg_transcript_view_begin_live (fixture->view, 0, "do", "look");
  sg_transcript_view_reason_live (fixture->view, "First.");
  sg_transcript_view_append_live (fixture->view, "A room.");
  app_fixture_settle ();
  fold = app_fixture_find (GTK_WIDGET (fixture->view), GTK_TYPE_TOGGLE_BUTTON, "chip");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (fold), TRUE);
  sg_transcript_view_reason_live (fixture->view, "\n\nThen");
  app_fixture_settle ();
  sg_transcript_view_reason_live (fixture->view, " this.");
  app_fixture_settle ();
  assert_text (fixture, "look\n\nFirst.\n\nThen this.\nA room.");

  for (int i = 0; i < (int) G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *tags = NULL;
      GtkTextIter iter;

      gtk_text_buffer_get_iter_at_line (buffer, &iter, 2 + i);
      tags = dup_tags (fixture, &iter);
      g_assert_cmpstr (tags, ==, expected[i]);
    }
}

/* The style of the fold has ended before the line of the telling begins: GTK 4.8 paints the paragraphs that stream in
 * below in it, if it ends right there. */
static void
test_fold_ends_in_its_line (Fixture       *fixture,
                            gconstpointer  data)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  SgTurnRow *row = app_fixture_turn (1, "do", "look", "A room.");

  row->reasoning = g_strdup ("The player looks.");
  append_one (fixture, row);
  sg_transcript_view_begin_live (fixture->view, 2, "do", "look");
  sg_transcript_view_append_live (fixture->view, "A room.");
  app_fixture_settle ();
  sg_transcript_view_reason_live (fixture->view, "Late.");
  app_fixture_settle ();

  for (int line = 0; line < gtk_text_buffer_get_line_count (buffer); line++)
    {
      g_autofree char *tags = NULL;
      GtkTextIter iter;

      gtk_text_buffer_get_iter_at_line (buffer, &iter, line);
      if (!gtk_text_iter_forward_char (&iter) || !gtk_text_iter_ends_line (&iter))
        continue;
      tags = dup_tags (fixture, &iter);
      g_assert_cmpstr (tags, !=, "fold");
    }
}

static void
clipboard_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
test_copy_across_turns (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GPtrArray) rows = app_fixture_turns (0, 2);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->view));
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  sg_transcript_view_append (fixture->view, rows);
  g_assert_true (sg_transcript_view_get_turn_start (fixture->view, 1001, &start));
  g_assert_true (sg_transcript_view_get_turn_start (fixture->view, 1002, &end));
  gtk_text_iter_forward_line (&end);
  gtk_text_buffer_select_range (buffer, &start, &end);
  g_signal_emit_by_name (fixture->view, "copy-clipboard");
  gdk_clipboard_read_text_async (clipboard, NULL, clipboard_cb, &text);
  app_fixture_wait_for (text != NULL);
  g_assert_true (g_str_has_prefix (text, "words 1\nWhat is told in turn 1.\n\nAnd a second"));
  g_assert_true (g_str_has_suffix (text, "words 2\n"));
}

static void
test_footer (Fixture       *fixture,
             gconstpointer  data)
{
  SgTurnRow *row = app_fixture_turn (3, "do", "look", "A room.");
  g_autoptr (SgTurnRow) first = app_fixture_turn (3, "do", "look", "A room.");
  GtkWidget *footer, *chip, *label;
  gint64 turn;

  row->siblings = 3;
  row->alternative = 1;
  append_one (fixture, row);
  footer = app_fixture_find (GTK_WIDGET (fixture->view), SG_TYPE_TURN_FOOTER, NULL);
  chip = app_fixture_find (footer, GTK_TYPE_BUTTON, "chip");
  label = app_fixture_find (chip, GTK_TYPE_LABEL, NULL);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==,
                   "4.2 s · first word 600 ms · 38 tok/s");
  gtk_test_accessible_assert_property (chip, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Turn took 4.2 s · first word 600 ms · 38 tok/s");
  g_variant_get (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (chip)), "x", &turn);
  g_assert_cmpint (turn, ==, 1003);
  label = app_fixture_find (footer, GTK_TYPE_LABEL, NULL);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==, "2/3");

  /* The first version has one after it and none before it. */
  first->siblings = 3;
  sg_turn_footer_set_row (SG_TURN_FOOTER (footer), first);
  chip = app_fixture_find (footer, GTK_TYPE_BUTTON, "small");
  g_assert_false (gtk_widget_get_sensitive (chip));
  g_assert_null (gtk_actionable_get_action_name (GTK_ACTIONABLE (chip)));
  chip = gtk_widget_get_next_sibling (gtk_widget_get_next_sibling (chip));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (chip)), ==, "story.show-alternative");
}

static GtkWidget *
find_label (GtkWidget  *root,
            const char *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (GTK_IS_LABEL (child) && g_str_equal (gtk_label_get_label (GTK_LABEL (child)), text))
        return child;
      if (found != NULL)
        return found;
    }
  return NULL;
}

/* A reading that was given before says so, and another can be asked for. */
static void
test_told_again (Fixture       *fixture,
                 gconstpointer  data)
{
  SgTurnRow *row = app_fixture_turn (3, "do", "ask", "Patience.");
  g_autoptr (SgTurnRow) foreign = app_fixture_turn (3, "do", "ask", "Patience.");
  GtkWidget *footer, *button;
  const char *words;

  append_one (fixture, app_fixture_turn (2, "do", "look", "A hall."));
  button = find_label (GTK_WIDGET (fixture->view), "Ask Afresh");
  g_assert_false (gtk_widget_get_mapped (button));
  sg_transcript_view_drop_from (fixture->view, 0);

  row->told_again = g_strdup ("{\"turn\":12,\"at\":13,\"words\":\"Draw another\"}");
  append_one (fixture, row);
  footer = app_fixture_find (GTK_WIDGET (fixture->view), SG_TYPE_TURN_FOOTER, NULL);
  g_assert_nonnull (find_label (footer, "This reading is from turn 12."));
  button = find_label (footer, "Ask Afresh");
  g_assert_true (gtk_widget_get_mapped (button));
  button = gtk_widget_get_ancestor (button, GTK_TYPE_BUTTON);
  g_assert_true (gtk_widget_get_focusable (button));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "story.ask");
  g_variant_get (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)), "&s", &words);
  g_assert_cmpstr (words, ==, "Draw another");

  /* What the library holds may have come from elsewhere. */
  foreign->told_again = g_strdup ("{\"turn\":[],\"words\":{}}");
  sg_turn_footer_set_row (SG_TURN_FOOTER (footer), foreign);
  app_fixture_settle ();
  g_assert_false (gtk_widget_get_mapped (button));
}

/* A window as narrow as a telephone's need not grow for what stands under a turn. */
static void
test_footer_is_narrow (Fixture       *fixture,
                       gconstpointer  data)
{
  SgTurnRow *row = app_fixture_turn (3, "do", "look", "A room.");
  int minimum;

  row->findings = g_strdup ("One thing.\nAnother.");
  row->told_again = g_strdup ("{\"turn\":1200,\"at\":1300,\"words\":\"Draw another\"}");
  append_one (fixture, row);
  gtk_widget_measure (GTK_WIDGET (fixture->view), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static void
test_accessible (Fixture       *fixture,
                 gconstpointer  data)
{
  gtk_test_accessible_assert_role (fixture->view, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (fixture->view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Story");
  gtk_test_accessible_assert_property (fixture->view, GTK_ACCESSIBLE_PROPERTY_READ_ONLY, TRUE);
}

#define ADD(name, func) g_test_add ("/transcript-view/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  app_fixture_init (&argc, &argv);
  ADD ("append", test_append);
  ADD ("foreign-text", test_foreign_text);
  ADD ("emphasis", test_emphasis);
  ADD ("endless-paragraph", test_endless_paragraph);
  ADD ("prepend-and-drop", test_prepend_and_drop);
  ADD ("prepended-style", test_prepended_style);
  ADD ("prepend-to-opening", test_prepend_to_opening);
  ADD ("live", test_live);
  ADD ("drop-live", test_drop_live);
  ADD ("reasoning", test_reasoning);
  ADD ("reasoning-has-room", test_reasoning_has_room);
  ADD ("fold-ends-in-its-line", test_fold_ends_in_its_line);
  ADD ("live-reasoning", test_live_reasoning);
  ADD ("copy-across-turns", test_copy_across_turns);
  ADD ("footer", test_footer);
  ADD ("told-again", test_told_again);
  ADD ("footer-is-narrow", test_footer_is_narrow);
  ADD ("accessible", test_accessible);
  return g_test_run ();
}
