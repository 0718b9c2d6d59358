/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The model server of the benchmarks by itself: prints its port and serves until its input ends. */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "bench-server.h"

int
main (void)
{
  char buffer[256];
  int port;
  pid_t server = bench_server_start (bench_notes_new (), &port);

  printf ("%d\n", port);
  fflush (stdout);
  while (read (STDIN_FILENO, buffer, sizeof buffer) > 0)
    ;
  kill (server, SIGKILL);

  return 0;
}
