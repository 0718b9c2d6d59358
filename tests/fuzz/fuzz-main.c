/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The short form of a fuzz run, for compilers without libFuzzer: feeds a fuzzer the inputs that are
 * kept for it, and some hundreds of damaged copies of them.  The damage comes from a fixed seed, so
 * that a fault shows itself again.
 *
 *   fuzz-NAME FOLDER [ROUNDS]
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "fuzz.h"

#define LONGEST 65536

static const char * const scraps[] = {
  "\xff", "\xc3", "\xf0\x9f", "\n\n", "\r\n", "data: ", "{", "}", "[", "]", "\"", "\\", "\\u0000", "\\ud800",
  "null", "1e999", "-0", "99999999999999999999", "[DONE]", ":", ",", "<", "&",
};

static void
damage_once (GByteArray *input,
             GRand      *dice)
{
  guint at = input->len > 0 ? g_rand_int_range (dice, 0, input->len) : 0;
  guint rest = input->len - at;
  const char *scrap = scraps[g_rand_int_range (dice, 0, G_N_ELEMENTS (scraps))];

  switch (g_rand_int_range (dice, 0, 6))
    {
    case 0: /* another byte */
      if (rest > 0)
        input->data[at] = g_rand_int_range (dice, 0, 256);
      break;
    case 1: /* another bit */
      if (rest > 0)
        input->data[at] ^= 1 << g_rand_int_range (dice, 0, 8);
      break;
    case 2: /* cut short */
      g_byte_array_set_size (input, at);
      break;
    case 3: /* a piece missing */
      if (rest > 0)
        g_byte_array_remove_range (input, at, g_rand_int_range (dice, 1, MIN (rest, 64) + 1));
      break;
    case 4: /* a piece twice */
      if (rest > 0 && input->len < LONGEST)
        {
          g_autofree guint8 *piece = g_memdup2 (input->data + at, rest);
          g_byte_array_append (input, piece, rest);
        }
      break;
    default: /* something that means something, in the wrong place */
      if (rest >= strlen (scrap))
        memcpy (input->data + at, scrap, strlen (scrap));
      else
        g_byte_array_append (input, (const guint8 *) scrap, strlen (scrap));
      break;
    }
}

static GPtrArray *
load_seeds (const char *folder)
{
  g_autoptr (GPtrArray) seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *text = NULL;
      gsize length;

      if (g_file_get_contents (path, &text, &length, NULL))
        g_ptr_array_add (seeds, g_bytes_new_take (text, length));
    }
  return g_steal_pointer (&seeds);
}

static void
run_damaged (GPtrArray *seeds,
             guint      rounds)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (20);

  for (guint round = 0; round < rounds; round++)
    {
      GBytes *seed = g_ptr_array_index (seeds, round % seeds->len);
      g_autoptr (GByteArray) input = g_byte_array_new ();
      int times = g_rand_int_range (dice, 1, 6);

      g_byte_array_append (input, g_bytes_get_data (seed, NULL), g_bytes_get_size (seed));
      for (int i = 0; i < times; i++)
        damage_once (input, dice);
      LLVMFuzzerTestOneInput (input->data, input->len);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GPtrArray) seeds = NULL;
  guint rounds = argc > 2 ? (guint) atoi (argv[2]) : 600;

  if (argc < 2)
    g_error ("a folder with inputs is needed");

  seeds = load_seeds (argv[1]);
  g_print ("1..2\n");
  if (seeds->len == 0)
    {
      g_print ("not ok 1 there are inputs in %s\n", argv[1]);
      return EXIT_FAILURE;
    }
  for (guint i = 0; i < seeds->len; i++)
    LLVMFuzzerTestOneInput (g_bytes_get_data (g_ptr_array_index (seeds, i), NULL),
                            g_bytes_get_size (g_ptr_array_index (seeds, i)));
  g_print ("ok 1 %u inputs as they are\n", seeds->len);
  run_damaged (seeds, rounds);
  g_print ("ok 2 %u damaged inputs\n", rounds);
  return EXIT_SUCCESS;
}
