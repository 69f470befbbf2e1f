pub fn core_form(){}
