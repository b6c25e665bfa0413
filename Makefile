# Short names for what the README and CI run.
.PHONY: check fmt test bench load

check: test
	JAVA_HOME=$$(./sotto jdk) mvn -B -q spotless:check
	./sotto demo

fmt:
	JAVA_HOME=$$(./sotto jdk) mvn -B -q spotless:apply

test:
	mvn -B verify

bench:
	./sotto bench relay

load:
	./sotto bench sip
