# GENAUTH_FLAG(VARIABLE, KIND, FLAG): adds FLAG to VARIABLE when the compiler
# takes it.  KIND is CFLAGS or LDFLAGS, the one that the trial is made with.
AC_DEFUN([GENAUTH_FLAG], [
  AS_VAR_PUSHDEF([cached], [genauth_cv_flag_$3])
  AC_CACHE_CHECK([whether $CC takes $3], [cached], [
    genauth_saved=$$2
    $2="$$2 -Werror $3"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
      [AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
    $2=$genauth_saved
  ])
  AS_VAR_IF([cached], [yes], [$1="$$1 $3"])
  AS_VAR_POPDEF([cached])
])
