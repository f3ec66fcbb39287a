/* Two processes exclude each other with three variables, each read and written alone, again and again. */
bool wants[2];
byte turn, inside;

active [2] proctype worker()
{	bool theirs; byte whose;
	do
	:: wants[_pid] = true;
		turn = 1 - _pid;
again:		theirs = wants[1 - _pid];
		if
		:: theirs ->
			whose = turn;
			if
			:: whose == 1 - _pid -> goto again
			:: else
			fi
		:: else
		fi;
		atomic { inside++; assert(inside <= 1) };
		inside--;
		wants[_pid] = false
	od
}
