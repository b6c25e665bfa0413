# Short names for what the README and CI run.
.PHONY: check fmt test bench load fuzz soak sipp

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

# Jazzer changes the seeds for ten minutes a target; what it finds is written to proxy/ and replayed by the suite once it
# lies in the test's Inputs directory. The suite itself runs the seeds, and 20,000 changed ones.
fuzz:
	JAZZER_FUZZ=1 mvn -B -ntp -pl media,pci,proxy -am test -Dtest=SipFuzzTest -Dsurefire.failIfNoSpecifiedTests=false
	JAZZER_FUZZ=1 mvn -B -ntp -pl media,pci,proxy -am test -Dtest=SdpFuzzTest -Dsurefire.failIfNoSpecifiedTests=false

# A million malformed messages at a running program, over UDP and TCP; then nothing is left, and a call goes through.
soak:
	mvn -B -ntp -pl media,pci,proxy -am test -Dtest=SoakTest,MutationsTest -Dsoak.messages=1000000 -Dfuzz.inputs=1000000 \
		-Dsurefire.failIfNoSpecifiedTests=false

sipp:
	CI=true mvn -B -ntp -pl media,pci,proxy -am test -Dtest=ScenariosTest \
		-Dsurefire.failIfNoSpecifiedTests=false
