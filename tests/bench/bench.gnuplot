# Wants output and the files one and far: see plot in report.py.
set terminal pngcairo noenhanced size 1000,380 font ',9'
set output output
set multiplot layout 1,2
set style fill solid 0.6 border

set title 'One login on the loopback: p50, and p95 as whisker'
set xlabel 'ms'
set yrange [-0.6:*]
set xrange [0:*]
set xtics rotate
set grid x
unset key
plot one using ($2/2):0:($2/2):(0.35):ytic(1) with boxxyerror linecolor rgb '#4477aa', \
    '' using 2:0:2:3 with xerrorbars pointtype -1 linecolor rgb '#222222'

set title 'Over a network: p50'
set xlabel 'round-trip time, ms'
set ylabel 'ms'
set yrange [0:*]
set xrange [0:200]
set ytics auto
set xtics norotate
set grid
set key left top reverse Left
stats far skip 1 nooutput
plot for [column = 2:STATS_columns] far using 1:column with linespoints title columnheader(column)
