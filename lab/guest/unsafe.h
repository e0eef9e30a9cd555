/*
 * The library functions that a signal handler must not call: those that can do harm in one, of all
 * that signal-safety(7) does not list. X(symbol, name, why): SYMBOL is what a program refers to,
 * NAME what students call it (compilers and <stdio.h> make __printf_chk of printf), WHY a word that
 * the verdict explains.
 *
 * Each has a wrapper of its own (unsafe.S, one member of unsafe.a), so that a program is linked
 * with those that it uses. What markers.h wraps anyway is not repeated here.
 *
 * Left out, though POSIX does not list them: thin wrappers of system calls that only the processor
 * can tell from those that it does list (nanosleep, mmap, ioctl), and what only reads its arguments
 * (atoi, abs).
 *
 * WHY: stdio a stream's lock and buffer; format memory and locale; heap the allocator; exit
 * functions of atexit and streams; lock waits for others; static results or state of its own; log
 * syslog; listed nothing is known against it but that POSIX does not promise it.
 */
#ifndef LAB_GUEST_UNSAFE_H
#define LAB_GUEST_UNSAFE_H

/* clang-format off */
#define GUEST_UNSAFE_STDIO(X) \
	X(printf, printf, stdio) X(__printf_chk, printf, stdio) \
	X(vprintf, vprintf, stdio) X(__vprintf_chk, vprintf, stdio) \
	X(fprintf, fprintf, stdio) X(__fprintf_chk, fprintf, stdio) \
	X(vfprintf, vfprintf, stdio) X(__vfprintf_chk, vfprintf, stdio) \
	X(puts, puts, stdio) X(putchar, putchar, stdio) X(putchar_unlocked, putchar_unlocked, stdio) \
	X(fputs, fputs, stdio) X(fputs_unlocked, fputs_unlocked, stdio) X(fputc, fputc, stdio) \
	X(putc, putc, stdio) X(_IO_putc, putc, stdio) X(putc_unlocked, putc_unlocked, stdio) \
	X(fwrite, fwrite, stdio) X(fwrite_unlocked, fwrite_unlocked, stdio) \
	X(putw, putw, stdio) X(ungetc, ungetc, stdio) X(__overflow, putc_unlocked, stdio) \
	X(fread, fread, stdio) X(__fread_chk, fread, stdio) \
	X(fgets, fgets, stdio) X(__fgets_chk, fgets, stdio) X(gets, gets, stdio) \
	X(fgetc, fgetc, stdio) X(getc, getc, stdio) X(_IO_getc, getc, stdio) \
	X(getchar, getchar, stdio) X(__uflow, getc_unlocked, stdio) \
	X(getline, getline, stdio) X(getdelim, getdelim, stdio) X(__getdelim, getdelim, stdio) \
	X(scanf, scanf, stdio) X(__isoc99_scanf, scanf, stdio) X(__isoc23_scanf, scanf, stdio) \
	X(fscanf, fscanf, stdio) X(__isoc99_fscanf, fscanf, stdio) \
	X(__isoc23_fscanf, fscanf, stdio) X(vscanf, vscanf, stdio) X(vfscanf, vfscanf, stdio) \
	X(fopen, fopen, stdio) X(fopen64, fopen, stdio) X(fdopen, fdopen, stdio) \
	X(freopen, freopen, stdio) X(freopen64, freopen, stdio) X(fclose, fclose, stdio) \
	X(fflush, fflush, stdio) X(fflush_unlocked, fflush_unlocked, stdio) \
	X(fseek, fseek, stdio) X(fseeko, fseeko, stdio) X(fseeko64, fseeko, stdio) \
	X(ftell, ftell, stdio) X(ftello, ftello, stdio) X(ftello64, ftello, stdio) \
	X(rewind, rewind, stdio) X(fgetpos, fgetpos, stdio) X(fsetpos, fsetpos, stdio) \
	X(setvbuf, setvbuf, stdio) X(setbuf, setbuf, stdio) X(setlinebuf, setlinebuf, stdio) \
	X(feof, feof, stdio) X(ferror, ferror, stdio) X(clearerr, clearerr, stdio) \
	X(popen, popen, stdio) X(pclose, pclose, stdio) X(tmpfile, tmpfile, stdio) \
	X(open_memstream, open_memstream, stdio) X(fmemopen, fmemopen, stdio) \
	X(perror, perror, stdio) X(psignal, psignal, stdio) X(psiginfo, psiginfo, stdio) \
	X(err, err, stdio) X(errx, errx, stdio) X(verr, verr, stdio) X(verrx, verrx, stdio) \
	X(warn, warn, stdio) X(warnx, warnx, stdio) X(vwarn, vwarn, stdio) X(vwarnx, vwarnx, stdio) \
	X(error, error, stdio) X(error_at_line, error_at_line, stdio)

#define GUEST_UNSAFE_FORMAT(X) \
	X(sprintf, sprintf, format) X(__sprintf_chk, sprintf, format) \
	X(snprintf, snprintf, format) X(__snprintf_chk, snprintf, format) \
	X(vsprintf, vsprintf, format) X(__vsprintf_chk, vsprintf, format) \
	X(vsnprintf, vsnprintf, format) X(__vsnprintf_chk, vsnprintf, format) \
	X(dprintf, dprintf, format) X(__dprintf_chk, dprintf, format) \
	X(vdprintf, vdprintf, format) X(__vdprintf_chk, vdprintf, format) \
	X(asprintf, asprintf, format) X(__asprintf_chk, asprintf, format) \
	X(vasprintf, vasprintf, format) X(__vasprintf_chk, vasprintf, format) \
	X(sscanf, sscanf, format) X(__isoc99_sscanf, sscanf, format) \
	X(__isoc23_sscanf, sscanf, format) X(vsscanf, vsscanf, format) \
	X(strftime, strftime, format)

#define GUEST_UNSAFE_HEAP(X) \
	X(malloc, malloc, heap) X(calloc, calloc, heap) X(realloc, realloc, heap) \
	X(reallocarray, reallocarray, heap) X(free, free, heap) X(cfree, free, heap) \
	X(aligned_alloc, aligned_alloc, heap) X(posix_memalign, posix_memalign, heap) \
	X(memalign, memalign, heap) X(valloc, valloc, heap) \
	X(strdup, strdup, heap) X(__strdup, strdup, heap) X(strndup, strndup, heap) \
	X(__strndup, strndup, heap) X(opendir, opendir, heap) X(fdopendir, fdopendir, heap) \
	X(closedir, closedir, heap) X(scandir, scandir, heap) X(glob, glob, heap) \
	X(globfree, globfree, heap) X(qsort, qsort, heap) X(getaddrinfo, getaddrinfo, heap) \
	X(freeaddrinfo, freeaddrinfo, heap) X(setenv, setenv, heap) X(unsetenv, unsetenv, heap) \
	X(putenv, putenv, heap) X(clearenv, clearenv, heap) X(dlopen, dlopen, heap) \
	X(dlsym, dlsym, heap) X(dlclose, dlclose, heap) X(timer_create, timer_create, heap) \
	X(timer_delete, timer_delete, heap)

#define GUEST_UNSAFE_ENDS(X) \
	X(exit, exit, exit) X(atexit, atexit, exit) X(on_exit, on_exit, exit)

#define GUEST_UNSAFE_LOCKS(X) \
	X(pthread_create, pthread_create, lock) X(pthread_exit, pthread_exit, lock) \
	X(pthread_cancel, pthread_cancel, lock) X(pthread_detach, pthread_detach, lock) \
	X(pthread_tryjoin_np, pthread_tryjoin_np, lock) \
	X(pthread_timedjoin_np, pthread_timedjoin_np, lock) X(pthread_once, pthread_once, lock) \
	X(pthread_key_create, pthread_key_create, lock) \
	X(pthread_setspecific, pthread_setspecific, lock) \
	X(pthread_cond_init, pthread_cond_init, lock) \
	X(pthread_cond_destroy, pthread_cond_destroy, lock) \
	X(pthread_barrier_init, pthread_barrier_init, lock) \
	X(pthread_barrier_destroy, pthread_barrier_destroy, lock) \
	X(pthread_rwlock_init, pthread_rwlock_init, lock) \
	X(pthread_rwlock_destroy, pthread_rwlock_destroy, lock) \
	X(flockfile, flockfile, lock) X(funlockfile, funlockfile, lock) X(system, system, lock)

#define GUEST_UNSAFE_STATIC(X) \
	X(strtok, strtok, static) X(strerror, strerror, static) X(strsignal, strsignal, static) \
	X(localtime, localtime, static) X(gmtime, gmtime, static) X(ctime, ctime, static) \
	X(asctime, asctime, static) X(localtime_r, localtime_r, static) \
	X(gmtime_r, gmtime_r, static) X(ctime_r, ctime_r, static) X(mktime, mktime, static) \
	X(timegm, timegm, static) X(tzset, tzset, static) X(getenv, getenv, static) \
	X(rand, rand, static) X(srand, srand, static) X(random, random, static) \
	X(srandom, srandom, static) X(drand48, drand48, static) X(lrand48, lrand48, static) \
	X(readdir, readdir, static) X(readdir64, readdir, static) X(ttyname, ttyname, static) \
	X(ptsname, ptsname, static) X(getlogin, getlogin, static) X(getpwnam, getpwnam, static) \
	X(getpwuid, getpwuid, static) X(getgrnam, getgrnam, static) X(getgrgid, getgrgid, static) \
	X(gethostbyname, gethostbyname, static) X(inet_ntoa, inet_ntoa, static) \
	X(setlocale, setlocale, static) X(getopt, getopt, static) \
	X(getopt_long, getopt_long, static)

#define GUEST_UNSAFE_LOG(X) \
	X(syslog, syslog, log) X(__syslog_chk, syslog, log) X(vsyslog, vsyslog, log) \
	X(__vsyslog_chk, vsyslog, log) X(openlog, openlog, log) X(closelog, closelog, log) \
	X(setlogmask, setlogmask, log)

#define GUEST_UNSAFE_LISTED(X) \
	X(mq_open, mq_open, listed) X(__mq_open_2, mq_open, listed) X(mq_close, mq_close, listed) \
	X(mq_unlink, mq_unlink, listed) X(mq_send, mq_send, listed) \
	X(mq_timedsend, mq_timedsend, listed) X(mq_receive, mq_receive, listed) \
	X(mq_timedreceive, mq_timedreceive, listed) X(mq_notify, mq_notify, listed) \
	X(mq_getattr, mq_getattr, listed) X(mq_setattr, mq_setattr, listed) \
	X(shm_open, shm_open, listed) X(shm_unlink, shm_unlink, listed)
/* clang-format on */

#define GUEST_UNSAFE_CALLS(X)  \
	GUEST_UNSAFE_STDIO(X)  \
	GUEST_UNSAFE_FORMAT(X) \
	GUEST_UNSAFE_HEAP(X)   \
	GUEST_UNSAFE_ENDS(X)   \
	GUEST_UNSAFE_LOCKS(X) GUEST_UNSAFE_STATIC(X) GUEST_UNSAFE_LOG(X) GUEST_UNSAFE_LISTED(X)

enum guest_unsafe_call {
#define X(symbol, name, why) UNSAFE_##symbol,
	GUEST_UNSAFE_CALLS(X)
#undef X
		GUEST_UNSAFE_CALL_COUNT
};

#endif
